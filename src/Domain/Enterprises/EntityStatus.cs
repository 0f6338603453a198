namespace Marketplace.Enterprises;

/// <summary>An installation's view of the enterprise of its seller (R43).</summary>
/// <param name="Licence">The enterprise's unified social credit code; null if the seller has none.</param>
/// <param name="Approved">True while the enterprise is verified and this shop is one of its accepted shops.</param>
/// <param name="Review">The state of this shop's review.</param>
/// <param name="DueAt">The reviewers' deadline (R44); null if nothing is under review or the seller was asked.</param>
/// <param name="Version">Number of facts of the enterprise; 0 without one.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.standing")]
public sealed record EntityStatus(
    [property: Id(0)] string? Licence,
    [property: Id(1)] bool Approved,
    [property: Id(2)] ReviewState Review,
    [property: Id(3)] DateTimeOffset? DueAt,
    [property: Id(4)] long Version
)
{
    /// <summary>A seller without an enterprise.</summary>
    public static EntityStatus None { get; } = new(null, false, ReviewState.Draft, null, 0);
}
