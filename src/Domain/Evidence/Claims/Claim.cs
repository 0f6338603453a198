namespace Marketplace.Evidence.Claims;

/// <summary>Where a claim is in its life.</summary>
public enum ClaimState
{
    /// <summary>The seller has claimed.</summary>
    Filed,

    /// <summary>The developer's side has answered.</summary>
    Answered,

    /// <summary>Found for the seller; to be settled.</summary>
    Accepted,

    /// <summary>Found against the seller; the owner may ask once for a second look.</summary>
    Rejected,

    /// <summary>Looked at a second time.</summary>
    Reopened,

    /// <summary>Paid; the end.</summary>
    Settled,

    /// <summary>Taken back by the owner, who may claim again.</summary>
    Withdrawn,
}

/// <summary>A seller's claim against a plugin's developer under the plugin service agreement (R66): the fold of its facts.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Grounds">What is claimed, and on what.</param>
/// <param name="FiledAt">When.</param>
/// <param name="ChangedAt">When it came into its state.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.evidence.claim")]
public sealed record Claim(
    [property: Id(0)] ClaimState State,
    [property: Id(1)] ClaimGrounds Grounds,
    [property: Id(2)] DateTimeOffset FiledAt,
    [property: Id(3)] DateTimeOffset ChangedAt,
    [property: Id(4)] long Version
)
{
    /// <summary>What the developer's side said last.</summary>
    [Id(5)]
    public string? Answer { get; init; }

    /// <summary>Why it was decided as it was, or taken back, or opened again: the last reason given.</summary>
    [Id(6)]
    public string? Reason { get; init; }

    /// <summary>What was paid, in CNY.</summary>
    [Id(7)]
    public decimal? SettledCny { get; init; }

    /// <summary>How it was paid.</summary>
    [Id(8)]
    public string? SettlementReference { get; init; }

    /// <summary>True once the owner has asked for a second look.</summary>
    [Id(9)]
    public bool WasReopened { get; init; }

    /// <summary>
    /// When the developer's side was asked last: the filing, or the opening anew. Null in claims of before this was kept.
    /// </summary>
    [Id(10)]
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>By when the developer's side has to answer.</summary>
    public DateTimeOffset AnswerDueAt => (AskedAt ?? FiledAt) + ClaimRules.AnswerTime;

    /// <summary>Folds one event.</summary>
    /// <param name="state">Null before the first.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    public static Claim? Evolve(Claim? state, ClaimEvent @event, DateTimeOffset at)
    {
        if (@event is ClaimEvent.ClaimFiled filed)
        {
            return new Claim(ClaimState.Filed, filed.Grounds, at, at, (state?.Version ?? 0) + 1) { AskedAt = at };
        }

        var next = state is null
            ? throw new InvalidOperationException("A claim's first fact must file it.")
            : state with
            {
                Version = state.Version + 1,
            };
        return @event switch
        {
            ClaimEvent.NothingChanged => next,
            ClaimEvent.ClaimWithdrawn withdrawn => next with { State = ClaimState.Withdrawn, ChangedAt = at, Reason = withdrawn.Reason },
            ClaimEvent.ClaimAnswered answered => next with
            {
                State = next.State is ClaimState.Filed ? ClaimState.Answered : next.State,
                ChangedAt = at,
                Answer = answered.Text,
            },
            ClaimEvent.ClaimAccepted accepted => next with { State = ClaimState.Accepted, ChangedAt = at, Reason = accepted.Reason },
            ClaimEvent.ClaimRejected rejected => next with { State = ClaimState.Rejected, ChangedAt = at, Reason = rejected.Reason },
            ClaimEvent.ClaimReopened reopened => next with
            {
                State = ClaimState.Reopened,
                ChangedAt = at,
                Reason = reopened.Reason,
                WasReopened = true,
                AskedAt = at,
            },
            ClaimEvent.ClaimSettled settled => next with
            {
                State = ClaimState.Settled,
                ChangedAt = at,
                SettledCny = settled.AmountCny,
                SettlementReference = settled.Reference,
            },
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }
}
