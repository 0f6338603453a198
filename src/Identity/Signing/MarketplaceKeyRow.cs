namespace Marketplace.Identity.Signing;

/// <summary>One of the marketplace's Ed25519 keys at rest.</summary>
internal sealed class MarketplaceKeyRow
{
    /// <summary>1 for the first, then without gaps; unique, so of two processes that make the next key one loses.</summary>
    public required int No { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>32 bytes as base64, in the clear: it stays published even when the private half can be opened no more.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The 32 bytes of the private key, protected by the key ring.</summary>
    public required string ProtectedKey { get; init; }
}
