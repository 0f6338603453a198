using System.Collections.Immutable;

namespace Marketplace.Billing.Subscriptions;

/// <summary>What a seller accepted: the price that holds for the whole of a span (R52, R54).</summary>
/// <param name="Name">The add-on's name at that time.</param>
/// <param name="Monthly">CNY a month.</param>
/// <param name="PriceVersion">Number of the plugin's version whose price was accepted.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.subscription-terms")]
public sealed record SubscriptionTerms(
    [property: Id(0)] BilingualText Name,
    [property: Id(1)] decimal Monthly,
    [property: Id(2)] int PriceVersion
);

/// <summary>One time of being subscribed. Days are those of business, both ends inclusive.</summary>
/// <param name="From">The first day.</param>
/// <param name="BilledFrom">The first billed day: after the trial, and after every day that was billed before.</param>
/// <param name="Terms">What was accepted.</param>
/// <param name="To">The last day; null while it goes on.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.subscription-span")]
public sealed record SubscriptionSpan(
    [property: Id(0)] DateOnly From,
    [property: Id(1)] DateOnly BilledFrom,
    [property: Id(2)] SubscriptionTerms Terms,
    [property: Id(3)] DateOnly? To
)
{
    /// <summary>True if it was ended before the end of the month, so that the rest of the month is given back.</summary>
    [Id(4)]
    public bool EndedAtOnce { get; init; }

    /// <summary>True on a day of it.</summary>
    public bool Covers(DateOnly day) => From <= day && (To is not { } last || day <= last);
}

/// <summary>A seller's subscription of one add-on (R47, R53): the fold of its facts.</summary>
/// <param name="Spans">The times of being subscribed, oldest first.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.subscription")]
public sealed record Subscription([property: Id(0)] ImmutableArray<SubscriptionSpan> Spans, [property: Id(1)] long Version)
{
    /// <summary>Before the first fact.</summary>
    public static Subscription None { get; } = new([], 0);

    /// <summary>The last time of being subscribed; null before the first.</summary>
    public SubscriptionSpan? Last => Spans.IsEmpty ? null : Spans[^1];

    /// <summary>True if it is subscribed on a day and was not ended.</summary>
    public bool GoesOn => Last is { To: null };

    /// <summary>Folds one event.</summary>
    public static Subscription Evolve(Subscription state, SubscriptionEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        var next = state with { Version = state.Version + 1 };
        return @event switch
        {
            SubscriptionEvent.Subscribed e => next with
            {
                Spans = state.Spans.Add(new SubscriptionSpan(e.From, e.BilledFrom, e.Terms, null)),
            },
            SubscriptionEvent.Cancelled e => next with { Spans = End(state.Spans, e) },
            SubscriptionEvent.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event?.GetType().Name}."),
        };
    }

    // Ended at once, an earlier time that is paid beyond the day ends with it, too; what follows is billed from the next day on.
    private static ImmutableArray<SubscriptionSpan> End(ImmutableArray<SubscriptionSpan> spans, SubscriptionEvent.Cancelled e)
    {
        bool IsCut(SubscriptionSpan span) => e.AtOnce && span.To > e.To && span.BilledFrom <= e.To;
        var earlier = spans[..^1];
        var last = spans[^1] with { To = e.To, EndedAtOnce = e.AtOnce };
        return
        [
            .. earlier.Select(span => IsCut(span) ? span with { To = e.To, EndedAtOnce = true } : span),
            earlier.Any(IsCut) ? last with { BilledFrom = e.To.AddDays(1) } : last,
        ];
    }
}
