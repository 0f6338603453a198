using Marketplace.Audit;
using Marketplace.Grains.Audit;

namespace Marketplace.Grains.Streaming;

/// <summary>The journal as the source of the audit streams.</summary>
internal sealed class JournalSource(IJournalTail tail) : ILogSource, IDisposable
{
    private const int PageFacts = 256;
    private static readonly TimeSpan HeadAge = TimeSpan.FromMilliseconds(40);

    private readonly SemaphoreSlim _gate = new(1);
    private long _head;
    private long _headReadAt = long.MinValue / 2;
    private (long After, IReadOnlyList<LogEntry> Entries) _page = (-1, []);

    public IReadOnlyList<QueueShare> Shares { get; } = [new(Streams.Audit, 8), new(Streams.AuditOperators, 2)];

    public async ValueTask<long> ReadHead()
    {
        // All queues of the silo ask in the same moments; one question to the store is enough for them.
        if (IsHeadFresh())
        {
            return Volatile.Read(ref _head);
        }

        await _gate.WaitAsync();
        try
        {
            if (!IsHeadFresh())
            {
                var head = await tail.ReadHead(CancellationToken.None);
                Volatile.Write(ref _head, head);
                Volatile.Write(ref _headReadAt, Environment.TickCount64);
            }

            return Volatile.Read(ref _head);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit)
    {
        await _gate.WaitAsync();
        try
        {
            // The queues read the same places one after the other; the log does not change behind its head.
            if (_page.After != position || _page.Entries.Count == 0)
            {
                var items = await tail.ReadAfter(position, PageFacts, CancellationToken.None);
                _page = (position, [.. items.Select(item => new LogEntry(item.Position, item.Fact))]);
            }

            return _page.Entries.Count <= limit ? _page.Entries : [.. _page.Entries.Take(limit)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public string? KeyIn(string streamNamespace, LogEntry entry) => entry.Item is not JournalFact fact
        ? null
        : streamNamespace switch
        {
            Streams.Audit => AuditSubject.Of(fact),
            Streams.AuditOperators => FormattableString.Invariant($"shard/{entry.Position % Streams.OperatorShards}"),
            _ => null,
        };

    public void Dispose() => _gate.Dispose();

    private bool IsHeadFresh() => Environment.TickCount64 - Volatile.Read(ref _headReadAt) < HeadAge.TotalMilliseconds;
}
