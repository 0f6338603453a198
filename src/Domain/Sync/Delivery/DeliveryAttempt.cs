using System.Collections.Immutable;

namespace Marketplace.Sync.Delivery;

/// <summary>One request that is to be made: some events for the endpoint.</summary>
/// <param name="Items">In order; more than one only where none of them was tried before.</param>
public sealed record DeliveryAttempt(ImmutableArray<AttemptItem> Items)
{
    /// <summary>True if it is to find out whether the endpoint is back: it is not counted against its event.</summary>
    public bool IsProbe { get; init; }

    /// <summary>The replay that it belongs to; null for a first delivery.</summary>
    public string? Replay { get; init; }

    /// <summary>What the receiver is told: how often the event was tried, this one included.</summary>
    public int Number => Items[0].Failed + 1;
}

/// <summary>One event of an attempt.</summary>
/// <param name="Seq">Its place in the feed.</param>
/// <param name="Key">What it must not overtake within.</param>
/// <param name="Failed">Attempts that failed before.</param>
/// <param name="Event">The event; null where it has to be read again.</param>
public sealed record AttemptItem(long Seq, string Key, int Failed, PluginEvent? Event)
{
    internal static AttemptItem First(PluginEvent happened, DeliveryOrdering ordering) => new(happened.Seq, KeyOf(happened.Key, ordering), 0, happened);

    internal static AttemptItem Again(WaitingEvent waiting, DeliveryOrdering ordering) => new(waiting.Seq, KeyOf(waiting.Key, ordering), waiting.Attempts, null);

    private static string KeyOf(string key, DeliveryOrdering ordering) => ordering == DeliveryOrdering.PerSeller ? "seller" : key;
}

/// <summary>How an attempt ended.</summary>
/// <param name="Error">A code of <see cref="SendErrors"/>; null if the receiver has taken it.</param>
/// <param name="At">When.</param>
public sealed record AttemptResult(string? Error, DateTimeOffset At)
{
    public int? Status { get; init; }

    public int LatencyMs { get; init; }

    /// <summary>How long the receiver wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public string? ResponseHash { get; init; }

    public string? Schema { get; init; }

    /// <summary>The message id of a batch; null where one event went alone.</summary>
    public string? Batch { get; init; }

    /// <summary>SHA-256 of each event's own bytes, in the attempt's order, lower-case hex.</summary>
    public ImmutableArray<string> PayloadHashes { get; init; } = [];

    public bool Taken => Error is null;
}
