using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Grains.Streaming;

/// <summary>The journal as the source of the audit streams.</summary>
internal sealed class JournalSource(IJournalTail tail) : ILogSource, IDisposable
{
    private const int PageFacts = 256;

    private readonly CachedTail _tail = new(tail.Appended, () => tail.ReadHead(CancellationToken.None), position => Read(tail, position));

    public IReadOnlyList<QueueShare> Shares { get; } =
    [
        new(Streams.Audit, 8) { Streams = Streams.AuditShards, Topics = AuditTopics.OfAudit },
        new(Streams.AuditOperators, 2) { Topics = AuditTopics.OfOperators },
    ];

    public Task<long> WaitBeyond(long position, TimeSpan atMost, CancellationToken cancellationToken) =>
        _tail.WaitBeyond(position, atMost, cancellationToken);

    public Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit) => _tail.ReadAfter(position, limit);

    public string? KeyIn(string streamNamespace, LogEntry entry) =>
        entry.Item is not JournalFact fact
            ? null
            : streamNamespace switch
            {
                Streams.Audit => AuditSubject.Of(fact),
                Streams.AuditOperators => GrainKeys.Shard((int)(entry.Position % Streams.OperatorShards)),
                _ => null,
            };

    public bool Carries(string topic, LogEntry entry) => entry.Item is JournalFact fact && AuditTopics.Carries(topic, fact);

    public void Dispose() => _tail.Dispose();

    private static async Task<IReadOnlyList<LogEntry>> Read(IJournalTail tail, long position) =>
        [.. (await tail.ReadAfter(position, PageFacts, CancellationToken.None)).Select(item => new LogEntry(item.Position, item.Fact))];
}
