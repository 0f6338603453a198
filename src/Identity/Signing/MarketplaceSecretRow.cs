namespace Marketplace.Identity.Signing;

/// <summary>One of the marketplace's symmetric secrets at rest.</summary>
internal sealed class MarketplaceSecretRow
{
    /// <summary>What it is for; unique, so of two processes that make it one loses.</summary>
    public required string Name { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>32 random bytes, protected by the key ring.</summary>
    public required string ProtectedSecret { get; init; }
}
