namespace Marketplace.Grains.Streaming;

/// <summary>A log that the stream provider delivers from.</summary>
internal interface ILogSource
{
    /// <summary>The namespaces it fills, each with its number of queues; must never change.</summary>
    IReadOnlyList<QueueShare> Shares { get; }

    /// <summary>Returns as soon as the log has entries after a position, or when the time is over or the wait is cancelled.</summary>
    /// <returns>The position of the log's last entry; 0 without entries.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> WaitBeyond(long position, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Entries after a position, in order; empty only if there are none.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit);

    /// <summary>What the entry is about in the namespace, or null if it does not belong there; entries of one key stay in order.</summary>
    string? KeyIn(string streamNamespace, LogEntry entry);

    /// <summary>True if a topic of the namespace carries the entry, too, under the same key.</summary>
    bool Carries(string topic, LogEntry entry) => false;
}

/// <summary>The number of a namespace's queues. All events of a stream are in one of them.</summary>
internal sealed record QueueShare(string Namespace, int Queues)
{
    /// <summary>
    /// The number of its streams, named <c>shard/0</c> and so on, over which the keys are spread: a multiple of <see cref="Queues"/>. 0 if
    /// each key is a stream.
    /// </summary>
    public int Streams { get; init; }

    /// <summary>Namespaces of streams that carry some of its entries, from the same queues.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];
}

/// <summary>One entry of a log.</summary>
/// <param name="Position">Position in commit order.</param>
/// <param name="Item">The item delivered to subscribers.</param>
internal sealed record LogEntry(long Position, object Item);
