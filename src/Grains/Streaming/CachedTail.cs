using System.Diagnostics;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// Shares reads of one log between all queues of a silo: the head, which is read again only after an append, and the last page.
/// </summary>
/// <param name="appended">Signals appends.</param>
/// <param name="readHead">Reads the position of the log's last entry.</param>
/// <param name="readPage">Reads a page of entries after a position.</param>
internal sealed class CachedTail(AppendSignal appended, Func<Task<long>> readHead, Func<long, Task<IReadOnlyList<LogEntry>>> readPage)
    : IDisposable
{
    // Under load every commit signals; all queues wait for the same read.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    // The signal of another process is lost while the connection that brings it is away.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _headGate = new(1);
    private readonly SemaphoreSlim _pageGate = new(1);
    private long _head;
    private long _headSignals = -1;
    private long _headReadAt = long.MinValue / 2;
    private (long After, IReadOnlyList<LogEntry> Entries) _page = (-1, []);

    /// <summary>Returns as soon as the log has entries after a position, or when the time is over or the wait is cancelled.</summary>
    /// <returns>The position of the log's last entry.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<long> WaitBeyond(long position, TimeSpan atMost, CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); ; )
        {
            // Before the head is read: an append after that read completes it.
            var next = appended.Next;
            var head = await ReadHead();
            var left = atMost - Stopwatch.GetElapsedTime(began);
            if (head > position || left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            {
                return head;
            }

            await next.WaitAsync(WholeMilliseconds(left < Recheck ? left : Recheck), cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>Entries after a position, at most <paramref name="limit"/>; empty only if there are none.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit)
    {
        await _pageGate.WaitAsync();
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
            _pageGate.Release();
        }
    }

    // A timer cuts off fractions and may come a moment early: the rest of the time would be waited for in a circle.
    private static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    public void Dispose()
    {
        _headGate.Dispose();
        _pageGate.Dispose();
    }

    private async ValueTask<long> ReadHead()
    {
        if (IsHeadFresh())
        {
            return Volatile.Read(ref _head);
        }

        await _headGate.WaitAsync();
        try
        {
            if (!IsHeadFresh())
            {
                await KeepPace();
                var signals = appended.Count;
                Volatile.Write(ref _head, await readHead());
                Volatile.Write(ref _headReadAt, Environment.TickCount64);
                Volatile.Write(ref _headSignals, signals);
            }

            return Volatile.Read(ref _head);
        }
        finally
        {
            _headGate.Release();
        }
    }

    private async ValueTask KeepPace()
    {
        var early = Pace.TotalMilliseconds - (Environment.TickCount64 - Volatile.Read(ref _headReadAt));
        if (early > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(early), TimeProvider.System);
        }
    }

    private bool IsHeadFresh() =>
        Volatile.Read(ref _headSignals) == appended.Count
        && Environment.TickCount64 - Volatile.Read(ref _headReadAt) < Recheck.TotalMilliseconds;
}
