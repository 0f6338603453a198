using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Rounds;

namespace Marketplace.Listings;

/// <summary>What a version of a plugin is: immutable, addressed by the hash of its canonical manifest.</summary>
/// <param name="Hash">SHA-256 of the canonical manifest, 64 lower-case hexadecimal digits.</param>
/// <param name="Version">The manifest's version, major.minor.patch.</param>
/// <param name="Category">The manifest's category.</param>
/// <param name="Gate">What the gate said of it.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.submission")]
public sealed record VersionSubmission(
    [property: Id(0)] string Hash,
    [property: Id(1)] string Version,
    [property: Id(2)] PluginCategory Category,
    [property: Id(3)] GateOutcome Gate
);

/// <summary>The gate's report in short.</summary>
/// <param name="VerdictHash">The report's hash: who runs the gate over the same files on the same day gets the same.</param>
/// <param name="Policy">The version of the access specification (R09).</param>
/// <param name="AsOf">The day for which dates were judged.</param>
/// <param name="Blocking">Number of findings that block.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.gate")]
public sealed record GateOutcome(
    [property: Id(0)] string VerdictHash,
    [property: Id(1)] string Policy,
    [property: Id(2)] DateOnly AsOf,
    [property: Id(3)] int Blocking
);

/// <summary>The two tracks of a review (R16).</summary>
public enum ReviewTrack
{
    /// <summary>Technical: the security reviewers'.</summary>
    [JsonStringEnumMemberName("security")]
    Security,

    /// <summary>Category fit, texts and prices: the business reviewers' (R19).</summary>
    [JsonStringEnumMemberName("business")]
    Business,
}

/// <summary>Where one track stands.</summary>
public enum TrackState
{
    /// <summary>Not submitted yet, or to be submitted again after changes.</summary>
    Closed,

    /// <summary>Waits for a decision.</summary>
    Open,

    /// <summary>Approved for this hash.</summary>
    Approved,

    /// <summary>Rejected for this hash; only another version helps.</summary>
    Rejected,

    /// <summary>Changes are asked for; it can be submitted again.</summary>
    ChangesRequested,
}

/// <summary>One track of one version.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="OpenedAt">When it was submitted last; null if it never was.</param>
/// <param name="DueAt">First instant that is too late for the decision; null while nothing waits.</param>
/// <param name="ClaimedBy">The reviewer who claimed it; null for none.</param>
/// <param name="ClaimedUntil">When the claim ends.</param>
/// <param name="Decision">The last decision; null before one.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.track")]
public sealed record TrackReview(
    [property: Id(0)] TrackState State,
    [property: Id(1)] DateTimeOffset? OpenedAt,
    [property: Id(2)] DateTimeOffset? DueAt,
    [property: Id(3)] string? ClaimedBy,
    [property: Id(4)] DateTimeOffset? ClaimedUntil,
    [property: Id(5)] TrackDecision? Decision
)
{
    /// <summary>A track that was never submitted.</summary>
    public static TrackReview None { get; } = new(TrackState.Closed, null, null, null, null, null);

    /// <summary>Who may decide it at an instant; null for none.</summary>
    public string? ClaimerAt(DateTimeOffset now) => State == TrackState.Open && now < ClaimedUntil ? ClaimedBy : null;
}

/// <summary>A reviewer's verdict.</summary>
public enum TrackVerdict
{
    [JsonStringEnumMemberName("approve")]
    Approve,

    [JsonStringEnumMemberName("reject")]
    Reject,

    [JsonStringEnumMemberName("request-changes")]
    RequestChanges,
}

/// <summary>A decision about a track.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reviewer">Who decided.</param>
/// <param name="Reasons">Why; at least one unless it is an approval.</param>
/// <param name="Scores">Points by criterion of the rubric, for the business track (R19); empty for the other.</param>
/// <param name="Policy">The version of the policy under which it was judged (R09).</param>
/// <param name="At">When.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.decision")]
public sealed record TrackDecision(
    [property: Id(0)] TrackVerdict Verdict,
    [property: Id(1)] string Reviewer,
    [property: Id(2)] ImmutableArray<string> Reasons,
    [property: Id(3)] ImmutableSortedDictionary<string, int> Scores,
    [property: Id(4)] string Policy,
    [property: Id(5)] DateTimeOffset At
);

/// <summary>One sandbox round on a version (R08).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Seed">The seed of its generated traffic.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; later than it began.</param>
/// <param name="Passed">True if it stayed within the published limits.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.round")]
public sealed record SandboxRound(
    [property: Id(0)] string Id,
    [property: Id(1)] long Seed,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] DateTimeOffset EndedAt,
    [property: Id(4)] bool Passed
)
{
    /// <summary>
    /// The time from the end of the round before that its policy asks for; null, as in rounds from before policies said it, for
    /// <see cref="PluginVersion.RoundsApart"/>.
    /// </summary>
    [Id(5)]
    public TimeSpan? Spacing { get; init; }

    /// <summary>What it says against the version; null for nothing.</summary>
    [Id(6)]
    public ImmutableArray<RoundFinding>? Findings { get; init; }

    /// <summary>True if the version is never listed because of it.</summary>
    [JsonIgnore]
    public bool IsBlocking => (Findings ?? []).Any(static finding => finding.Severity == FindingSeverity.Blocking);

    /// <summary>True for a record of the same run.</summary>
    public bool IsOf(SandboxRound other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Id, Seed, StartedAt, EndedAt, Passed) == (other.Id, other.Seed, other.StartedAt, other.EndedAt, other.Passed);
    }
}

/// <summary>One version with all that speaks for and against it.</summary>
/// <param name="Submission">What it is.</param>
/// <param name="SubmittedAt">When it was handed in.</param>
/// <param name="Category">The category under which it is reviewed and listed; the manifest's until it is changed.</param>
/// <param name="Security">The technical track.</param>
/// <param name="Business">The business track.</param>
/// <param name="Rounds">Rounds in the order in which they were recorded.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.version")]
public sealed record PluginVersion(
    [property: Id(0)] VersionSubmission Submission,
    [property: Id(1)] DateTimeOffset SubmittedAt,
    [property: Id(2)] PluginCategory Category,
    [property: Id(3)] TrackReview Security,
    [property: Id(4)] TrackReview Business,
    [property: Id(5)] ImmutableArray<SandboxRound> Rounds
)
{
    /// <summary>Passed independent rounds that a listing needs (R08).</summary>
    public const int RoundsNeeded = 3;

    /// <summary>The shortest time between the end of one counted round and the start of the next, unless its policy says another.</summary>
    public static readonly TimeSpan RoundsApart = TimeSpan.FromHours(1);

    public string Hash => Submission.Hash;

    /// <summary>The number of the notice under which it is suspended; null if it is not.</summary>
    [Id(6)]
    public string? Suspension { get; init; }

    /// <summary>
    /// Number of passed rounds that are independent of each other: another seed each, and begun long enough after the one before ended.
    /// </summary>
    public int IndependentRounds
    {
        get
        {
            var (seeds, ended) = (new HashSet<long>(), (DateTimeOffset?)null);
            foreach (var round in Rounds.Where(static round => round.Passed).OrderBy(static round => round.EndedAt))
            {
                if (!(round.StartedAt < ended + (round.Spacing ?? RoundsApart)) && seeds.Add(round.Seed))
                {
                    ended = round.EndedAt;
                }
            }

            return seeds.Count;
        }
    }

    /// <summary>True if nothing is missing for this hash to be listed (R06, R08, R16).</summary>
    public bool IsCertified =>
        Suspension is null
        && Submission.Gate.Blocking == 0
        && !IsBlockedByRound
        && Security.State == TrackState.Approved
        && Business.State == TrackState.Approved
        && IndependentRounds >= RoundsNeeded;

    /// <summary>True if a round found what no version is listed with, such as a canary (R23).</summary>
    public bool IsBlockedByRound => Rounds.Any(static round => round.IsBlocking);

    /// <summary>
    /// What rounds say against the version, for its review: everything that blocks, and the scopes that none of its complete rounds used
    /// (R18).
    /// </summary>
    public ImmutableArray<RoundFinding> RoundFindings
    {
        get
        {
            var complete = Rounds.Where(static round => round.Findings is not null).ToArray();
            var known = complete.SelectMany(static round => round.Findings!.Value);
            return
            [
                .. known
                    .Where(finding =>
                        finding.Severity == FindingSeverity.Blocking
                        || complete.All(round => round.Findings!.Value.Any(other => IsSame(other, finding)))
                    )
                    .Reverse()
                    .DistinctBy(static finding => (finding.Rule, finding.Subject))
                    .Reverse(),
            ];

            // A reason may be given later: the newest record of a finding counts.
            static bool IsSame(RoundFinding one, RoundFinding other) => one.Rule == other.Rule && one.Subject == other.Subject;
        }
    }

    public TrackReview Track(ReviewTrack track) => track == ReviewTrack.Security ? Security : Business;

    public PluginVersion With(ReviewTrack track, TrackReview review) =>
        track == ReviewTrack.Security ? this with { Security = review } : this with { Business = review };
}
