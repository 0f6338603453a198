using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// The feed as the source of the sync stream. Signals that a seller's feed has grown, without the events: each seller appears once per
/// page, at its last event, so that a burst costs its plugins one wake-up per page.
/// </summary>
internal sealed class FeedSource(IFeedTail tail) : ILogSource, IDisposable
{
    // Entries are only a position and a seller, one per busy seller, so a page may be long.
    private const int PagePositions = 1_024;

    private readonly CachedTail _tail = new(tail.Appended, () => tail.ReadHead(CancellationToken.None), position => Read(tail, position));

    public IReadOnlyList<QueueShare> Shares { get; } = [new(Streams.Sync, 8)];

    public Task<long> WaitBeyond(long position, TimeSpan atMost, CancellationToken cancellationToken) =>
        _tail.WaitBeyond(position, atMost, cancellationToken);

    // A page cut short by the limit loses no seller: those cut off come after the position to continue from.
    public Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit) => _tail.ReadAfter(position, limit);

    public string? KeyIn(string streamNamespace, LogEntry entry) =>
        entry.Item is FeedGrowth news && streamNamespace == Streams.Sync ? GrainKeys.Of(news.Seller) : null;

    public void Dispose() => _tail.Dispose();

    private static async Task<IReadOnlyList<LogEntry>> Read(IFeedTail tail, long position) =>
        [.. (await tail.ReadAfter(position, PagePositions, CancellationToken.None)).Select(news => new LogEntry(news.Position, news))];
}
