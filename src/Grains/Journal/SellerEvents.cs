using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Journal;

/// <summary>
/// See <see cref="ISellerEvents"/>. The reader starts with the first listener, and skips what is appended while there is none.
/// </summary>
internal sealed partial class SellerEvents(IJournalTail tail, IHostApplicationLifetime lifetime, ILogger<SellerEvents> logger)
    : ISellerEvents,
        IDisposable
{
    /// <summary>Facts of all sellers that are read for a page that was away; some hundred pages of the journal.</summary>
    public const long MaxBacklog = 20_000;

    private const int PageFacts = 256;
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CachedTail _tail = new(
        tail.Appended,
        () => tail.ReadHead(CancellationToken.None),
        position => ReadPage(tail, position)
    );
    private readonly Lock _lock = new();
    private readonly HashSet<SellerListener> _listeners = [];
    private readonly SemaphoreSlim _starting = new(1);
    private long _position;
    private bool _started;

    public async Task<ISellerListener> Listen(IReadOnlyCollection<string> streams, CancellationToken cancellationToken)
    {
        await Start(cancellationToken);
        lock (_lock)
        {
            var listener = new SellerListener(streams, _position, Leave);
            _listeners.Add(listener);
            return listener;
        }
    }

    public async Task<IReadOnlyList<AuditItem>?> Read(
        IReadOnlyCollection<string> streams,
        long after,
        long upTo,
        CancellationToken cancellationToken
    )
    {
        if (upTo - after > MaxBacklog)
        {
            return null;
        }

        var found = new List<AuditItem>();
        while (after < upTo)
        {
            var page = await tail.ReadAfter(after, PageFacts, cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page.Where(item => item.Position <= upTo && streams.Contains(AuditSubject.Of(item.Fact))));
            after = page[^1].Position;
        }

        return found;
    }

    public void Dispose()
    {
        _tail.Dispose();
        _starting.Dispose();
    }

    private async Task Start(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _started))
        {
            return;
        }

        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (!_started)
            {
                _position = await tail.ReadHead(cancellationToken);
                Volatile.Write(ref _started, true);
                _ = Follow(lifetime.ApplicationStopping);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task Follow(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var head = await _tail.WaitBeyond(_position, IdleWait, stopping);
                if (head > _position && !TrySkip(head))
                {
                    Hand(await _tail.ReadAfter(_position, PageFacts));
                }
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // Whatever it is, the pages wait for the next append; none of them may end all others.
                LogAway(e);
                await Task.Delay(PauseAfterFailure, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool TrySkip(long head)
    {
        lock (_lock)
        {
            if (_listeners.Count > 0)
            {
                return false;
            }

            _position = head;
            return true;
        }
    }

    private void Hand(IReadOnlyList<LogEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var item = new AuditItem(entry.Position, (JournalFact)entry.Item);
                var stream = AuditSubject.Of(item.Fact);
                foreach (var listener in _listeners)
                {
                    listener.Hand(stream, item);
                }

                _position = entry.Position;
            }
        }
    }

    private void Leave(SellerListener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }

    private static async Task<IReadOnlyList<LogEntry>> ReadPage(IJournalTail tail, long position) =>
        [.. (await tail.ReadAfter(position, PageFacts, CancellationToken.None)).Select(item => new LogEntry(item.Position, item.Fact))];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal cannot be followed for the sellers' pages now.")]
    private partial void LogAway(Exception exception);
}
