namespace Marketplace.Grains.Streaming;

/// <summary>Shares reads of one log between all queues of a silo: the head, cached for some 40 ms, and the last page.</summary>
/// <param name="readHead">Reads the position of the log's last entry.</param>
/// <param name="readPage">Reads a page of entries after a position.</param>
internal sealed class CachedTail(Func<Task<long>> readHead, Func<long, Task<IReadOnlyList<LogEntry>>> readPage) : IDisposable
{
    private static readonly TimeSpan HeadAge = TimeSpan.FromMilliseconds(40);

    private readonly SemaphoreSlim _gate = new(1);
    private long _head;
    private long _headReadAt = long.MinValue / 2;
    private (long After, IReadOnlyList<LogEntry> Entries) _page = (-1, []);

    /// <summary>The position of the log's last entry, at most some 50 ms old.</summary>
    public async ValueTask<long> ReadHead()
    {
        if (IsHeadFresh())
        {
            return Volatile.Read(ref _head);
        }

        await _gate.WaitAsync();
        try
        {
            if (!IsHeadFresh())
            {
                Volatile.Write(ref _head, await readHead());
                Volatile.Write(ref _headReadAt, Environment.TickCount64);
            }

            return Volatile.Read(ref _head);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Entries after a position, at most <paramref name="limit"/>; empty only if there are none.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit)
    {
        await _gate.WaitAsync();
        try
        {
            // The queues read the same positions one after the other; the log never changes before its head.
            if (_page.After != position || _page.Entries.Count == 0)
            {
                _page = (position, await readPage(position));
            }

            return _page.Entries.Count <= limit ? _page.Entries : [.. _page.Entries.Take(limit)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private bool IsHeadFresh() => Environment.TickCount64 - Volatile.Read(ref _headReadAt) < HeadAge.TotalMilliseconds;
}
