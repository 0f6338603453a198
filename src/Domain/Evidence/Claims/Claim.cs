namespace Marketplace.Evidence.Claims;

/// <summary>The state of a claim.</summary>
public enum ClaimState
{
    /// <summary>The seller filed it.</summary>
    Filed,

    /// <summary>The developer answered.</summary>
    Answered,

    /// <summary>Decided for the seller; to be settled.</summary>
    Accepted,

    /// <summary>Decided against the seller; the owner may request one second review.</summary>
    Rejected,

    /// <summary>In its second review.</summary>
    Reopened,

    /// <summary>Paid; final.</summary>
    Settled,

    /// <summary>Withdrawn by the owner, who may file again.</summary>
    Withdrawn,
}

/// <summary>A seller's claim against a plugin's developer under the plugin service agreement (R66): the fold of its facts.</summary>
/// <param name="State">Its state.</param>
/// <param name="Grounds">The subject of the claim and its evidence.</param>
/// <param name="FiledAt">When it was filed.</param>
/// <param name="ChangedAt">When it entered its state.</param>
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
    /// <summary>The developer's last answer.</summary>
    [Id(5)]
    public string? Answer { get; init; }

    /// <summary>The last reason given: for a decision, a withdrawal or a reopening.</summary>
    [Id(6)]
    public string? Reason { get; init; }

    /// <summary>The amount paid, in CNY.</summary>
    [Id(7)]
    public decimal? SettledCny { get; init; }

    /// <summary>Reference of the payment.</summary>
    [Id(8)]
    public string? SettlementReference { get; init; }

    /// <summary>True once the owner has requested a second review.</summary>
    [Id(9)]
    public bool WasReopened { get; init; }

    /// <summary>When the developer was last asked: at filing or reopening. Null in claims stored before this was recorded.</summary>
    [Id(10)]
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The deadline given by an extension; null if the developer was not given more time since it was last asked.</summary>
    [Id(11)]
    public DateTimeOffset? ExtendedTo { get; init; }

    /// <summary>The developer's deadline to answer.</summary>
    public DateTimeOffset AnswerDueAt => ExtendedTo ?? (AskedAt ?? FiledAt) + ClaimRules.AnswerTime;

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
            ClaimEvent.ClaimAnswerExtended extended => next with { ExtendedTo = extended.DueAt },
            ClaimEvent.ClaimAccepted accepted => next with { State = ClaimState.Accepted, ChangedAt = at, Reason = accepted.Reason },
            ClaimEvent.ClaimRejected rejected => next with { State = ClaimState.Rejected, ChangedAt = at, Reason = rejected.Reason },
            ClaimEvent.ClaimReopened reopened => next with
            {
                State = ClaimState.Reopened,
                ChangedAt = at,
                Reason = reopened.Reason,
                WasReopened = true,
                AskedAt = at,
                ExtendedTo = null,
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
