using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Billing.Accounts;

/// <summary>Why an amount is added to a bill.</summary>
public enum AdjustmentKind
{
    /// <summary>An operator's entry.</summary>
    Operator,

    /// <summary>An accepted dispute.</summary>
    Dispute,

    /// <summary>Calls of a closed month that were settled after its bill had closed.</summary>
    LateUsage,
}

/// <summary>An amount on a bill beside its lines; never changed, only followed by another one.</summary>
/// <param name="Id">Unique within the seller's account.</param>
/// <param name="Month">The bill on which it stands.</param>
/// <param name="Kind">Why.</param>
/// <param name="Amount">What is added to the bill; negative for a credit.</param>
/// <param name="Reason">In words for the seller.</param>
/// <param name="Reference">The case, invoice or document behind it.</param>
/// <param name="At">When it was recorded.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.adjustment")]
public sealed record Adjustment(
    [property: Id(0)] string Id,
    [property: Id(1)] DateOnly Month,
    [property: Id(2)] AdjustmentKind Kind,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string Reason,
    [property: Id(5)] string Reference,
    [property: Id(6)] DateTimeOffset At
)
{
    /// <summary>The plugin that it concerns; null for none.</summary>
    [Id(7)]
    public string? Plugin { get; init; }

    /// <summary>The closed month that it corrects; null for none.</summary>
    [Id(8)]
    public DateOnly? Corrects { get; init; }
}

/// <summary>A closed bill in short.</summary>
/// <param name="Month">The month's first day.</param>
/// <param name="Sha256">SHA-256 of the statement's bytes, lower-case hexadecimal.</param>
/// <param name="Total">The exact sum.</param>
/// <param name="StatementTotal">That, rounded once.</param>
/// <param name="ClosedAt">When it was closed.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.closed-bill")]
public sealed record ClosedBill(
    [property: Id(0)] DateOnly Month,
    [property: Id(1)] string Sha256,
    [property: Id(2)] Money Total,
    [property: Id(3)] Money StatementTotal,
    [property: Id(4)] DateTimeOffset ClosedAt
);

/// <summary>The line of a closed bill that is disputed.</summary>
/// <param name="Plugin">Its plugin.</param>
/// <param name="Day">Its day.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Api">Its operation.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.disputed-line")]
public sealed record DisputedLine(
    [property: Id(0)] string Plugin,
    [property: Id(1)] DateOnly Day,
    [property: Id(2)] string Tier,
    [property: Id(3)] string Api
);

/// <summary>Where a dispute stands.</summary>
public enum DisputeState
{
    /// <summary>Waits for an operator.</summary>
    Open,

    /// <summary>Decided for the seller: a credit stands on an open bill.</summary>
    Accepted,

    /// <summary>Decided against the seller.</summary>
    Rejected,
}

/// <summary>A seller's dispute of one line of a closed bill.</summary>
/// <param name="Id">Unique within the seller's account.</param>
/// <param name="Month">The closed bill.</param>
/// <param name="Line">The line.</param>
/// <param name="Amount">What the line asks, rounded up to hundredths: the most that can be given back.</param>
/// <param name="Reason">The seller's words.</param>
/// <param name="State">Where it stands.</param>
/// <param name="FiledAt">When it was filed.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.dispute")]
public sealed record Dispute(
    [property: Id(0)] string Id,
    [property: Id(1)] DateOnly Month,
    [property: Id(2)] DisputedLine Line,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string Reason,
    [property: Id(5)] DisputeState State,
    [property: Id(6)] DateTimeOffset FiledAt
)
{
    /// <summary>The operator's answer; null while it is open.</summary>
    [Id(7)]
    public string? Answer { get; init; }

    /// <summary>When it was decided.</summary>
    [Id(8)]
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The credit of an accepted dispute.</summary>
    [Id(9)]
    public string? Adjustment { get; init; }
}

/// <summary>A seller's account with the marketplace: the fold of its facts.</summary>
/// <param name="First">The first month with a bill; null before the account is opened.</param>
/// <param name="Closed">Closed bills, oldest first and without gaps from <paramref name="First"/> on.</param>
/// <param name="Adjustments">All adjustments, in the order in which they were recorded.</param>
/// <param name="Disputes">All disputes, in the order in which they were filed.</param>
/// <param name="Subscriptions">The add-ons that were ever subscribed to, <c>plugin/add-on</c>.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.account")]
public sealed record BillingAccount(
    [property: Id(0)] DateOnly? First,
    [property: Id(1)] ImmutableArray<ClosedBill> Closed,
    [property: Id(2)] ImmutableArray<Adjustment> Adjustments,
    [property: Id(3)] ImmutableArray<Dispute> Disputes,
    [property: Id(4)] ImmutableArray<string> Subscriptions,
    [property: Id(5)] long Version
)
{
    /// <summary>Before the first fact.</summary>
    public static BillingAccount None { get; } = new(null, [], [], [], [], 0);

    /// <summary>The oldest month whose bill is not closed; null before the account is opened.</summary>
    public DateOnly? OldestOpen => Closed.IsEmpty ? First : Closed[^1].Month.AddMonths(1);

    /// <summary>The closed bill of a month; null while it is open.</summary>
    public ClosedBill? Find(DateOnly month) => Closed.FirstOrDefault(bill => bill.Month == month);

    /// <summary>The adjustments on the bill of a month.</summary>
    public ImmutableArray<Adjustment> On(DateOnly month) => [.. Adjustments.Where(adjustment => adjustment.Month == month)];

    public Dispute? FindDispute(string id) => Disputes.FirstOrDefault(dispute => dispute.Id == id);

    /// <summary>The next adjustment's id.</summary>
    public string NextAdjustment => string.Create(CultureInfo.InvariantCulture, $"adj-{Adjustments.Length + 1}");

    /// <summary>The next dispute's id.</summary>
    public string NextDispute => string.Create(CultureInfo.InvariantCulture, $"dsp-{Disputes.Length + 1}");

    /// <summary>Folds one event.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    public static BillingAccount Evolve(BillingAccount state, BillingEvent @event, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(state);
        var next = state with { Version = state.Version + 1 };
        return @event switch
        {
            BillingEvent.AccountOpened e => next with { First = e.First },
            BillingEvent.BillAdjusted e => next with { Adjustments = state.Adjustments.Add(e.ToAdjustment()) },
            BillingEvent.MonthClosed e => next with { Closed = state.Closed.Add(e.ToClosed(at)) },
            BillingEvent.DisputeFiled e => next with { Disputes = state.Disputes.Add(e.ToDispute(at)) },
            BillingEvent.DisputeAccepted e => next.Decide(e.Dispute, DisputeState.Accepted, e.Reason, at, e.Adjustment),
            BillingEvent.DisputeRejected e => next.Decide(e.Dispute, DisputeState.Rejected, e.Reason, at, null),
            BillingEvent.SubscriptionListed e => next with { Subscriptions = state.Subscriptions.Add($"{e.Plugin}/{e.AddOn}") },
            BillingEvent.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event?.GetType().Name}."),
        };
    }

    private BillingAccount Decide(string id, DisputeState state, string answer, DateTimeOffset at, string? adjustment)
    {
        var dispute = FindDispute(id) ?? throw new InvalidOperationException($"The journal decides the unknown dispute {id}.");
        return this with
        {
            Disputes = Disputes.Replace(dispute, dispute with { State = state, Answer = answer, DecidedAt = at, Adjustment = adjustment }),
        };
    }
}
