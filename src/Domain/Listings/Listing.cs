using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;

namespace Marketplace.Listings;

/// <summary>A plugin's listing: the fold of its facts.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Developer">Its owner.</param>
/// <param name="Versions">Its versions in the order in which they were added.</param>
/// <param name="ListedHash">The version that sellers get; null if none is listed.</param>
/// <param name="HighestListed">The number of the highest version that ever was listed; null before one.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.listing")]
public sealed record Listing(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] DeveloperId Developer,
    [property: Id(2)] ImmutableArray<PluginVersion> Versions,
    [property: Id(3)] string? ListedHash,
    [property: Id(4)] string? HighestListed,
    [property: Id(5)] long Version
)
{
    /// <summary>The listed version; null if none is.</summary>
    public PluginVersion? Listed => ListedHash is { } hash ? Find(hash) : null;

    public PluginVersion? Find(string hash) => Versions.FirstOrDefault(version => version.Hash == hash);

    /// <summary>True once a version was submitted to review.</summary>
    public bool IsSubmitted =>
        Versions.Any(static version => version.Security.OpenedAt is not null || version.Business.OpenedAt is not null);

    /// <summary>True while a version waits for a decision of the track.</summary>
    public bool HasWork(ReviewTrack track) => Versions.Any(version => version.Track(track).State == TrackState.Open);

    /// <summary>Folds one event.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="state">Null before the first event.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    public static Listing Evolve(PluginId plugin, Listing? state, ListingEvent @event, DateTimeOffset at)
    {
        if (state is null)
        {
            return @event is ListingEvent.Created created
                ? new Listing(plugin, DeveloperId.Parse(created.Developer, null), [], null, null, 1)
                : throw new InvalidOperationException($"The first fact of a listing is {@event.GetType().Name}.");
        }

        var next = state with { Version = state.Version + 1 };
        return @event switch
        {
            ListingEvent.VersionAdded e => next with { Versions = state.Versions.Add(Added(e.Version, at)) },
            ListingEvent.TrackOpened e => next.Change(e.Hash, e.Track, review => Opened(review, e.DueAt, at)),
            ListingEvent.TrackClaimed e => next.Change(e.Hash, e.Track, review =>
                review with
                {
                    ClaimedBy = e.Reviewer,
                    ClaimedUntil = e.Until,
                }
            ),
            ListingEvent.TrackReleased e => next.Change(e.Hash, e.Track, static review => Unclaimed(review)),
            ListingEvent.TrackDecided e => next.Change(e.Hash, e.Track, review => Decided(review, e, at)),
            ListingEvent.RoundRecorded e => next.Change(e.Hash, version => version with { Rounds = version.Rounds.Add(e.Round) }),
            ListingEvent.CategoryChanged e => next.Change(e.Hash, version => version with { Category = e.Category }),
            ListingEvent.VersionSuspended e => next.Change(e.Hash, version => version with { Suspension = e.Notice }),
            ListingEvent.VersionReinstated e => next.Change(e.Hash, static version => version with { Suspension = null }),
            ListingEvent.Listed e => next with { ListedHash = e.Hash, HighestListed = e.Version },
            ListingEvent.Unlisted => next with { ListedHash = null },
            ListingEvent.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }

    private static PluginVersion Added(VersionSubmission version, DateTimeOffset at) =>
        new(version, at, version.Category, TrackReview.None, TrackReview.None, []);

    private static TrackReview Opened(TrackReview review, DateTimeOffset dueAt, DateTimeOffset at) =>
        Unclaimed(review) with
        {
            State = TrackState.Open,
            OpenedAt = at,
            DueAt = dueAt,
        };

    private static TrackReview Unclaimed(TrackReview review) => review with { ClaimedBy = null, ClaimedUntil = null };

    private static TrackReview Decided(TrackReview review, ListingEvent.TrackDecided e, DateTimeOffset at) =>
        Unclaimed(review) with
        {
            State = e.Verdict switch
            {
                TrackVerdict.Approve => TrackState.Approved,
                TrackVerdict.Reject => TrackState.Rejected,
                TrackVerdict.RequestChanges => TrackState.ChangesRequested,
                _ => throw new InvalidOperationException($"No state for {e.Verdict}."),
            },
            DueAt = null,
            Decision = new TrackDecision(e.Verdict, e.Reviewer, e.Reasons, e.Scores, e.Policy, at),
        };

    private Listing Change(string hash, ReviewTrack track, Func<TrackReview, TrackReview> change) =>
        Change(hash, version => version.With(track, change(version.Track(track))));

    private Listing Change(string hash, Func<PluginVersion, PluginVersion> change)
    {
        var version = Find(hash) ?? throw new InvalidOperationException($"The journal decides about the unknown version {hash}.");
        return this with { Versions = Versions.Replace(version, change(version)) };
    }
}
