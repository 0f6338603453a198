using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>One request that is to be made: some events for the endpoint.</summary>
/// <param name="Items">In order; a batch that failed goes again as it was.</param>
public sealed record DeliveryAttempt(ImmutableArray<AttemptItem> Items)
{
    /// <summary>True if it is to find out whether the endpoint is back: it is not counted against its event.</summary>
    public bool IsProbe { get; init; }

    /// <summary>The replay that it belongs to; null for a first delivery.</summary>
    public string? Replay { get; init; }

    /// <summary>What the receiver is told: how often the event was tried, this one included.</summary>
    public int Number => Items[0].Number;

    /// <summary>Which request of the endpoint it is, in this process.</summary>
    internal long Ordinal { get; init; }
}

/// <summary>One event of an attempt.</summary>
/// <param name="Seq">Its place in the feed.</param>
/// <param name="Key">What it must not overtake within.</param>
/// <param name="Failed">Attempts that failed before.</param>
/// <param name="Event">The event; null where it has to be read again.</param>
public sealed record AttemptItem(long Seq, string Key, int Failed, PluginEvent? Event)
{
    /// <summary>How often it was sent before, charged or not.</summary>
    public int Tries { get; init; }

    /// <summary>The first place of the batch that it belongs to; 0 if it goes alone.</summary>
    public long Batch { get; init; }

    /// <summary>True if it is tried beside its schedule, which goes on as it is if this fails.</summary>
    public bool IsExtra { get; init; }

    /// <summary>The number of this attempt, from 1.</summary>
    public int Number => Math.Max(Tries, Failed) + 1;

    internal static AttemptItem First(PluginEvent @event, DeliveryOrdering ordering) =>
        new(@event.Seq, KeyOf(@event.Key, ordering), 0, @event);

    internal static AttemptItem Again(WaitingEvent waiting, DeliveryOrdering ordering, DateTimeOffset now) =>
        new(waiting.Seq, KeyOf(waiting.Key, ordering), waiting.Attempts, null) { Tries = waiting.Tries, IsExtra = waiting.DueAt > now };

    private static string KeyOf(string key, DeliveryOrdering ordering) => ordering == DeliveryOrdering.PerSeller ? "seller" : key;
}

/// <summary>How an attempt ended.</summary>
/// <param name="Error">A code of <see cref="SendErrors"/>; null if the receiver has taken it.</param>
/// <param name="At">When.</param>
public sealed record AttemptResult(string? Error, DateTimeOffset At)
{
    public int? Status { get; init; }

    public int LatencyMs { get; init; }

    /// <summary>
    /// How long the receiver wants to be left alone, said with 429 or 503; then the attempt is put off and is no failure.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True if the receiver has more than it can do, by its own words or because it does not answer in time.</summary>
    public bool IsTooMuch => Error == SendErrors.Timeout || Status is 429 or 503;

    public string? ResponseHash { get; init; }

    public string? Schema { get; init; }

    /// <summary>The message id of a batch; null where one event went alone.</summary>
    public string? Batch { get; init; }

    /// <summary>SHA-256 of each event's own bytes, in the attempt's order, lower-case hex.</summary>
    public ImmutableArray<string> PayloadHashes { get; init; } = [];

    public bool Taken => Error is null;

    /// <summary>True if the receiver said when it wants to be asked again.</summary>
    public bool IsPutOff => !Taken && RetryAfter is not null;
}
