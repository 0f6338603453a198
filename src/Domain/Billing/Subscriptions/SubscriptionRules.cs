using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Privacy;

namespace Marketplace.Billing.Subscriptions;

/// <summary>A command on a subscription. Only roles that may approve charges give one that costs more.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.subscription-command")]
public abstract record SubscriptionCommand
{
    private SubscriptionCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Subscribes from today.</summary>
    /// <param name="Terms">The price in force, looked up for the command.</param>
    /// <param name="AcceptedMonthly">The price that the seller was shown; must be that of the terms.</param>
    /// <param name="TrialDays">Days without charge, if it is the first time; 0 to <see cref="SubscriptionRules.MaxTrialDays"/>.</param>
    [GenerateSerializer, Immutable, Alias("mp.billing.subscription-command.subscribe")]
    public sealed record Subscribe(
        [property: Id(0)] SubscriptionTerms Terms,
        [property: Id(1)] decimal AcceptedMonthly,
        [property: Id(2)] int TrialDays
    ) : SubscriptionCommand
    {
        public override string Fingerprint => FingerprintOf(AcceptedMonthly);

        /// <summary>The fingerprint before the terms are looked up.</summary>
        public static string FingerprintOf(decimal monthly) => CommandFingerprint.Of("subscribe", CommandFingerprint.Text(monthly));

        /// <summary>The first day that may be billed: behind what another add-on was billed for. Null for no such bound.</summary>
        [Id(3)]
        public DateOnly? BilledNotBefore { get; init; }
    }

    /// <summary>Ends it: with the month, or at once and the rest of the month is given back.</summary>
    [GenerateSerializer, Immutable, Alias("mp.billing.subscription-command.cancel")]
    public sealed record Cancel([property: Id(0)] bool AtOnce, [property: Id(1)] string? Reason) : SubscriptionCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("cancel", AtOnce ? "at-once" : "period-end", Reason);
    }
}

/// <summary>What is permitted to a subscription (R54): the trial comes once, no day is billed twice, and none after the end.</summary>
public static class SubscriptionRules
{
    /// <summary>The lowest price of an add-on, CNY a month.</summary>
    public const decimal MinMonthly = 299m;

    /// <summary>The highest price of an add-on, CNY a month.</summary>
    public const decimal MaxMonthly = 1_899m;

    /// <summary>The longest trial, in days.</summary>
    public const int MaxTrialDays = 90;

    private const int MaxReason = 500;

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    /// <param name="state">The state.</param>
    /// <param name="command">The command.</param>
    /// <param name="role">The role in which it is given.</param>
    /// <param name="today">The day of business.</param>
    public static Outcome<ImmutableArray<SubscriptionEvent>> Decide(
        Subscription state,
        SubscriptionCommand command,
        ActorRole role,
        DateOnly today
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        return command switch
        {
            SubscriptionCommand.Subscribe subscribe => Subscribe(state, subscribe, role, today),
            SubscriptionCommand.Cancel cancel => Cancel(state, cancel, role, today),
            _ => throw new InvalidOperationException($"No rule for {command?.GetType().Name}."),
        };
    }

    private static Outcome<ImmutableArray<SubscriptionEvent>> Subscribe(
        Subscription state,
        SubscriptionCommand.Subscribe command,
        ActorRole role,
        DateOnly today
    )
    {
        var terms = command.Terms;
        return !role.MayApproveCharges ? SubscriptionRefusals.RoleForbids()
            : state.GoesOn ? ImmutableArray<SubscriptionEvent>.Empty
            : terms.Monthly is < MinMonthly or > MaxMonthly || decimal.Round(terms.Monthly, 2) != terms.Monthly
                ? SubscriptionRefusals.PriceOutside(terms.Monthly)
            : command.AcceptedMonthly != terms.Monthly ? SubscriptionRefusals.PriceChanged(terms.Monthly)
            : One(new SubscriptionEvent.Subscribed(today, BilledFrom(state, command, today), terms));
    }

    private static Outcome<ImmutableArray<SubscriptionEvent>> Cancel(
        Subscription state,
        SubscriptionCommand.Cancel command,
        ActorRole role,
        DateOnly today
    )
    {
        if (!role.ActsForSeller && !role.IsOperator)
        {
            return SubscriptionRefusals.RoleForbids();
        }

        if (
            command.Reason is { } reason
            && (reason.Length > MaxReason || reason.Any(char.IsControl) || PrivateDataScan.Find(reason) is not null)
        )
        {
            return SubscriptionRefusals.ReasonInvalid(MaxReason);
        }

        if (state.Last is not { } last)
        {
            return SubscriptionRefusals.NotFound();
        }

        // In the trial nothing was billed: it ends with the day, and no month begins. Unless an earlier time is paid to the month's end.
        var isPaid = state.Spans.Any(span => span is { EndedAtOnce: false } && span.To >= today && span.BilledFrom <= today);
        var end = command.AtOnce || (today < last.BilledFrom && !isPaid) ? today : EndOfMonth(today);
        return last.To is { } known && known <= end
            ? ImmutableArray<SubscriptionEvent>.Empty
            : One(new SubscriptionEvent.Cancelled(end, command.AtOnce, command.Reason));
    }

    private static DateOnly BilledFrom(Subscription state, SubscriptionCommand.Subscribe command, DateOnly today)
    {
        var from = state.Last is { } last
            // A day that was billed before is not billed again, and what is left of a trial is not lost.
            ? Later(last.To is { } end && end >= today ? end.AddDays(1) : today, last.BilledFrom)
            // An upgrade goes on from what was paid and has no trial.
            : today.AddDays(command.BilledNotBefore is null ? Math.Clamp(command.TrialDays, 0, MaxTrialDays) : 0);
        return command.BilledNotBefore is { } bound ? Later(from, bound) : from;
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    /// <summary>The last day of a day's month.</summary>
    public static DateOnly EndOfMonth(DateOnly day) => new DateOnly(day.Year, day.Month, 1).AddMonths(1).AddDays(-1);

    private static Outcome<ImmutableArray<SubscriptionEvent>> One(SubscriptionEvent @event) => ImmutableArray.Create(@event);
}
