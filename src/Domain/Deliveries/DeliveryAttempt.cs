using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>One request to make: some events for the endpoint.</summary>
/// <param name="Items">In order; a failed batch is retried unchanged.</param>
public sealed record DeliveryAttempt(ImmutableArray<AttemptItem> Items)
{
    /// <summary>True for a probe of the endpoint, which is not counted against its event.</summary>
    public bool IsProbe { get; init; }

    /// <summary>The replay it belongs to; null for a first delivery.</summary>
    public string? Replay { get; init; }

    /// <summary>The attempt number sent to the receiver: how often the event was tried, including this attempt.</summary>
    public int Number => Items[0].Number;

    /// <summary>The endpoint's request number in this process.</summary>
    internal long Ordinal { get; init; }
}

/// <summary>One event of an attempt.</summary>
/// <param name="Seq">Its position in the feed.</param>
/// <param name="Key">The ordering key: events of one key must not overtake each other.</param>
/// <param name="Failed">Attempts that failed before.</param>
/// <param name="Event">The event; null if it must be read again.</param>
public sealed record AttemptItem(long Seq, string Key, int Failed, PluginEvent? Event)
{
    /// <summary>Number of earlier sends, whether or not they were charged.</summary>
    public int Tries { get; init; }

    /// <summary>The first position of its batch; 0 if sent alone.</summary>
    public long Batch { get; init; }

    /// <summary>True for an extra attempt outside the schedule; if it fails, the schedule continues unchanged.</summary>
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
/// <param name="Error">A code of <see cref="SendErrors"/>; null if the receiver accepted it.</param>
/// <param name="At">When.</param>
public sealed record AttemptResult(string? Error, DateTimeOffset At)
{
    public int? Status { get; init; }

    public int LatencyMs { get; init; }

    /// <summary>The pause requested by the receiver with 429 or 503; the attempt is then postponed and is not a failure.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True if the receiver is overloaded: it said so, or did not answer in time.</summary>
    public bool IsOverload => Error == SendErrors.Timeout || Status is 429 or 503;

    /// <summary>
    /// True if the receiver itself answered that it does not take the event; false for a failure on the way to it, which concerns the
    /// endpoint.
    /// </summary>
    public bool IsRefusal => Error == SendErrors.Status && Status is not (502 or 503 or 504);

    public string? ResponseHash { get; init; }

    public string? Schema { get; init; }

    /// <summary>The message id of a batch; null for a single event.</summary>
    public string? Batch { get; init; }

    /// <summary>SHA-256 of each event's own bytes, in the attempt's order, lower-case hex.</summary>
    public ImmutableArray<string> PayloadHashes { get; init; } = [];

    public bool IsAccepted => Error is null;

    /// <summary>True if the receiver said when to retry.</summary>
    public bool IsPostponed => !IsAccepted && RetryAfter is not null;
}
