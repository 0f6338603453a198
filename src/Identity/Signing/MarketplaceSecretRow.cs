namespace Marketplace.Identity.Signing;

/// <summary>One of the marketplace's stored symmetric secrets.</summary>
internal sealed class MarketplaceSecretRow
{
    /// <summary>Its purpose; unique, so that only one of two concurrent creations wins.</summary>
    public required string Name { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>32 random bytes, encrypted with the key ring.</summary>
    public required string ProtectedSecret { get; init; }
}
