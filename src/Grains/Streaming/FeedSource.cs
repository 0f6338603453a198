using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// The feed as the source of the sync stream. It tells that a seller's feed has grown, not what came: of a page each seller is named once,
/// at its last event, so a burst of one seller costs its plugins one wake-up a page.
/// </summary>
internal sealed class FeedSource(IFeedTail tail) : ILogSource, IDisposable
{
    // An event is only a position and a seller here, and a busy seller's are one entry: a page may be long.
    private const int PagePositions = 1_024;

    private readonly CachedTail _tail = new(() => tail.ReadHead(CancellationToken.None), position => Read(tail, position));

    public IReadOnlyList<QueueShare> Shares { get; } = [new(Streams.Sync, 8)];

    public ValueTask<long> ReadHead() => _tail.ReadHead();

    // A page that is cut short by the limit loses nobody: whoever is cut off stands behind what is read on from.
    public Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit) => _tail.ReadAfter(position, limit);

    public string? KeyIn(string streamNamespace, LogEntry entry) =>
        entry.Item is FeedNews news && streamNamespace == Streams.Sync ? GrainKeys.Of(news.Seller) : null;

    public void Dispose() => _tail.Dispose();

    private static async Task<IReadOnlyList<LogEntry>> Read(IFeedTail tail, long position) =>
        [.. (await tail.ReadAfter(position, PagePositions, CancellationToken.None)).Select(news => new LogEntry(news.Position, news))];
}
