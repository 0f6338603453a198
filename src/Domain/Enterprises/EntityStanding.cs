namespace Marketplace.Enterprises;

/// <summary>What an installation needs to know of the enterprise behind its seller (R43).</summary>
/// <param name="Licence">The enterprise's unified social credit code; null if the seller has named none.</param>
/// <param name="Approved">True while the enterprise is verified and this shop is accepted as one of its shops.</param>
/// <param name="Review">Where the review of this shop stands.</param>
/// <param name="DueAt">By when the reviewers have to answer (R44); null if nothing is under review or the seller was asked.</param>
/// <param name="Version">Number of facts of the enterprise; 0 without one.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.standing")]
public sealed record EntityStanding(
    [property: Id(0)] string? Licence,
    [property: Id(1)] bool Approved,
    [property: Id(2)] ReviewState Review,
    [property: Id(3)] DateTimeOffset? DueAt,
    [property: Id(4)] long Version
)
{
    /// <summary>A seller that has named no enterprise.</summary>
    public static EntityStanding None { get; } = new(null, false, ReviewState.Draft, null, 0);
}
