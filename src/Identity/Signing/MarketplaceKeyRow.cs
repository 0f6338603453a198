namespace Marketplace.Identity.Signing;

/// <summary>One of the marketplace's stored Ed25519 keys.</summary>
internal sealed class MarketplaceKeyRow
{
    /// <summary>1 for the first, then without gaps; unique, so that only one of two concurrent creations wins.</summary>
    public required int No { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>32 bytes as base64, unencrypted: it stays published even if the private half can no longer be decrypted.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The 32 bytes of the private key, encrypted with the key ring.</summary>
    public required string ProtectedKey { get; init; }
}
