using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Journal;

namespace Marketplace.Listings;

/// <summary>What a decision about a listing depends on besides its state.</summary>
/// <param name="Now">The instant of the decision.</param>
/// <param name="By">Who gives the command.</param>
/// <param name="Role">In which role; the default may do nothing.</param>
/// <param name="Developer">The developer whose person gives the command, otherwise the plugin's owner, as it is now; null for none.</param>
/// <param name="WorkingDays">The calendar of due times.</param>
/// <param name="Policy">Terms of the reviews.</param>
public sealed record ListingRuling(
    DateTimeOffset Now,
    ActorId By,
    ActorRole Role,
    Developer? Developer,
    WorkingDays WorkingDays,
    ListingPolicy Policy
);

/// <param name="Term">The working time that a track may take.</param>
/// <param name="ClaimTime">How long a reviewer's claim lasts.</param>
public sealed record ListingPolicy(TimeSpan Term, TimeSpan ClaimTime);

/// <summary>
/// Decides commands of listings. A version is listed by one decision over one state: when the last of gate, two approvals and three rounds
/// of its hash is there, in whatever order they came (R06, R08, R16).
/// </summary>
public static class ListingRules
{
    /// <summary>Maximum number of versions of a plugin.</summary>
    public const int MaxVersions = 1_000;

    /// <summary>Maximum number of rounds recorded for a version.</summary>
    public const int MaxRounds = 100;

    /// <summary>How far the clock of the silo that ran a round may be ahead of the one that records it.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    public static Outcome<ImmutableArray<ListingEvent>> Decide(Listing? state, ListingCommand command, ListingRuling ruling)
    {
        if (ListingAuthority.Forbids(state, command, ruling) is { } refusal)
        {
            return refusal;
        }

        if (command is ListingCommand.Create create)
        {
            return state is null ? One(new ListingEvent.Created(create.Developer.Value))
                : state.Developer == create.Developer ? Nothing
                : ListingRefusals.Exists();
        }

        return state is null ? ListingRefusals.NotFound() : Complete(state, DecideExisting(state, command, ruling), ruling);
    }

    private static Outcome<ImmutableArray<ListingEvent>> DecideExisting(Listing state, ListingCommand command, ListingRuling ruling) =>
        command switch
        {
            ListingCommand.AddVersion add => AddVersion(state, add.Version),
            ListingCommand.Submit submit => On(state, submit.Hash, version => Submit(version, ruling)),
            ListingCommand.Claim claim => On(state, claim.Hash, version => Claim(version, claim.Track, ruling)),
            ListingCommand.Release release => On(state, release.Hash, version => Release(version, release.Track, ruling)),
            ListingCommand.Decide decide => On(state, decide.Hash, version => Decide(version, decide, ruling)),
            ListingCommand.RecordRound record => On(state, record.Hash, version => RecordRound(state, version, record.Round, ruling)),
            ListingCommand.SuspendVersion suspend => On(state, suspend.Hash, version => Suspend(state, version, suspend.Notice)),
            ListingCommand.ReinstateVersion reinstate => On(state, reinstate.Hash, version =>
                version.Suspension == reinstate.Notice ? One(new ListingEvent.VersionReinstated(version.Hash)) : Nothing
            ),
            ListingCommand.ChangeCategory change => On(state, change.Hash, version => ChangeCategory(state, version, change, ruling)),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    /// <summary>
    /// Adds the listing of the highest version that nothing is missing of. Not of one below a version that was listed: an approval that
    /// comes late must not bring back what was replaced. Nor while the owner is unverified or frozen; then the next command lists it.
    /// </summary>
    private static Outcome<ImmutableArray<ListingEvent>> Complete(
        Listing state,
        Outcome<ImmutableArray<ListingEvent>> decided,
        ListingRuling ruling
    )
    {
        if (decided.Refusal is not null || !IsInGoodStanding(state, ruling.Developer))
        {
            return decided;
        }

        var after = decided.Value.Aggregate(state, (before, @event) => Listing.Evolve(state.Plugin, before, @event, ruling.Now));
        var highest = after.Versions.Where(static version => version.IsCertified).MaxBy(static version => Number(version.Submission));
        return
            highest is null
            || highest.Hash == after.ListedHash
            || (after.HighestListed is { } before && Number(highest.Submission) < Version.Parse(before))
            ? decided
            : decided.Value.Add(new ListingEvent.Listed(highest.Hash, highest.Submission.Version));
    }

    private static bool IsInGoodStanding(Listing state, Developer? owner) =>
        owner is { IsVerified: true, Standing: not DeveloperStanding.Frozen } && owner.Id == state.Developer;

    private static Outcome<ImmutableArray<ListingEvent>> AddVersion(Listing state, VersionSubmission version) =>
        state.Find(version.Hash) is not null ? Nothing
        : state.Versions.Any(known => Number(known.Submission) >= Number(version)) ? ListingRefusals.VersionExists(version.Version)
        : state.Versions.Length >= MaxVersions ? ListingRefusals.TooManyVersions(MaxVersions)
        : One(new ListingEvent.VersionAdded(version));

    // major.minor.patch, as the manifest's schema has it.
    private static Version Number(VersionSubmission version) => Version.Parse(version.Version);

    private static Outcome<ImmutableArray<ListingEvent>> Submit(PluginVersion version, ListingRuling ruling)
    {
        if (version.Submission.Gate.Blocking > 0)
        {
            return ListingRefusals.Blocked(version.Submission.Gate.Blocking);
        }

        // One track's rejection keeps the other's work, and what was approved stays approved.
        var opened = ImmutableArray.CreateBuilder<ListingEvent>();
        foreach (var track in (ReadOnlySpan<ReviewTrack>)[ReviewTrack.Security, ReviewTrack.Business])
        {
            if (version.Track(track).State is TrackState.Closed or TrackState.ChangesRequested)
            {
                opened.Add(Open(version, track, ruling));
            }
        }

        return opened.ToImmutable();
    }

    private static Outcome<ImmutableArray<ListingEvent>> Claim(PluginVersion version, ReviewTrack track, ListingRuling ruling)
    {
        var review = version.Track(track);
        return review.State != TrackState.Open ? ListingRefusals.NotOpen(review.State)
            : review.ClaimerAt(ruling.Now) is { } claimer && claimer != ruling.By.Value
                ? ListingRefusals.Claimed(claimer, review.ClaimedUntil!.Value)
            : One(new ListingEvent.TrackClaimed(version.Hash, track, ruling.By.Value, ruling.Now + ruling.Policy.ClaimTime));
    }

    private static Outcome<ImmutableArray<ListingEvent>> Release(PluginVersion version, ReviewTrack track, ListingRuling ruling) =>
        version.Track(track).ClaimerAt(ruling.Now) == ruling.By.Value
            ? One(new ListingEvent.TrackReleased(version.Hash, track, ruling.By.Value))
            : ListingRefusals.NotClaimed();

    private static Outcome<ImmutableArray<ListingEvent>> Decide(PluginVersion version, ListingCommand.Decide command, ListingRuling ruling)
    {
        var review = version.Track(command.Track);
        return review.State != TrackState.Open ? ListingRefusals.NotOpen(review.State)
            : review.ClaimerAt(ruling.Now) != ruling.By.Value ? ListingRefusals.NotClaimed()
            : ListingAuthority.Invalid(version, command) is { } invalid ? invalid
            : One(
                new ListingEvent.TrackDecided(
                    version.Hash,
                    command.Track,
                    command.Verdict,
                    ruling.By.Value,
                    command.Reasons,
                    command.Scores,
                    command.Policy
                )
            );
    }

    private static Outcome<ImmutableArray<ListingEvent>> RecordRound(
        Listing state,
        PluginVersion version,
        SandboxRound round,
        ListingRuling ruling
    ) =>
        version.Rounds.Any(round.IsOf) ? Nothing
        : state.Versions.Any(other => other.Rounds.Any(known => known.Id == round.Id)) ? ListingRefusals.InvalidRound("its id must be new")
        : version.Rounds.Length >= MaxRounds ? ListingRefusals.InvalidRound($"the version has {MaxRounds} rounds, which is the most")
        : round.StartedAt < version.SubmittedAt || round.EndedAt <= round.StartedAt || round.EndedAt > ruling.Now + ClockSkew
            ? ListingRefusals.InvalidRound("it must begin after the version was added and end by now, later than it began")
        // A version that sends private data back is withdrawn at once, and not when it is reviewed next (R23).
        : round.IsBlocking && state.ListedHash == version.Hash
            ? ImmutableArray.Create<ListingEvent>(
                new ListingEvent.RoundRecorded(version.Hash, round),
                new ListingEvent.Unlisted(version.Hash)
            )
        : One(new ListingEvent.RoundRecorded(version.Hash, round));

    private static Outcome<ImmutableArray<ListingEvent>> Suspend(Listing state, PluginVersion version, string notice)
    {
        if (version.Suspension is not null)
        {
            return Nothing;
        }

        var suspended = new ListingEvent.VersionSuspended(version.Hash, notice);
        return state.ListedHash == version.Hash
            ? ImmutableArray.Create<ListingEvent>(suspended, new ListingEvent.Unlisted(version.Hash))
            : One(suspended);
    }

    private static Outcome<ImmutableArray<ListingEvent>> ChangeCategory(
        Listing state,
        PluginVersion version,
        ListingCommand.ChangeCategory command,
        ListingRuling ruling
    )
    {
        if (version.Category == command.Category)
        {
            return Nothing;
        }

        var events = ImmutableArray.CreateBuilder<ListingEvent>();
        events.Add(new ListingEvent.CategoryChanged(version.Hash, command.Category));
        if (version.Business.State == TrackState.Approved)
        {
            events.Add(Open(version, ReviewTrack.Business, ruling));
        }

        // A dashboard that writes needs a look that other categories do not (R33).
        if (command.Category == PluginCategory.DataDashboard && version.Security.State == TrackState.Approved)
        {
            events.Add(Open(version, ReviewTrack.Security, ruling));
        }

        if (state.ListedHash == version.Hash)
        {
            events.Add(new ListingEvent.Unlisted(version.Hash));
        }

        return events.ToImmutable();
    }

    private static ListingEvent.TrackOpened Open(PluginVersion version, ReviewTrack track, ListingRuling ruling) =>
        new(version.Hash, track, ruling.WorkingDays.Add(ruling.Now, ruling.Policy.Term));

    private static Outcome<ImmutableArray<ListingEvent>> On(
        Listing state,
        string hash,
        Func<PluginVersion, Outcome<ImmutableArray<ListingEvent>>> decide
    ) => state.Find(hash) is { } version ? decide(version) : ListingRefusals.VersionNotFound();

    private static Outcome<ImmutableArray<ListingEvent>> Nothing => ImmutableArray<ListingEvent>.Empty;

    private static Outcome<ImmutableArray<ListingEvent>> One(ListingEvent @event) => ImmutableArray.Create(@event);
}
