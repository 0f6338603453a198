using System.Diagnostics;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.Logging;

namespace Marketplace.Storage.Commit;

/// <summary>
/// The one writer of one log: gathers waiting groups into one transaction, commits it, answers, and repeats. There is no timer: a batch is
/// what arrived while the previous commit ran, so it is one group at low load and grows with the load. One batch is in flight.
/// </summary>
/// <remarks>
/// A failed commit closes the queue and answers all waiters at once; the writer then reopens the store with a growing pause until a small
/// durable write succeeds.
/// </remarks>
internal sealed partial class CommitWriter<TGroup> : IStoreHealth, IAsyncDisposable
    where TGroup : CommitGroup
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastCommit = TimeSpan.FromSeconds(5);

    private readonly ICommitter<TGroup> _committer;
    private readonly CommitLimits _limits;
    private readonly StorageMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CommitQueue<TGroup> _queue;
    private readonly Action? _onCommit;
    private readonly List<TGroup> _batch = [];
    private readonly HashSet<string> _refusedKeys = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    /// <param name="name">The log's name in metrics and messages.</param>
    /// <param name="committer">Writes the log.</param>
    /// <param name="limits">Bounds of the queue and of a batch.</param>
    /// <param name="metrics">Counts commits and failures.</param>
    /// <param name="logger">Logs outages.</param>
    /// <param name="onCommit">Is called after every commit; null if no reader waits for the log.</param>
    public CommitWriter(
        string name,
        ICommitter<TGroup> committer,
        CommitLimits limits,
        StorageMetrics metrics,
        ILogger logger,
        Action? onCommit = null
    )
    {
        _onCommit = onCommit;
        Name = name;
        _committer = committer;
        _limits = limits;
        _metrics = metrics;
        _logger = logger;
        _queue = new CommitQueue<TGroup>(limits.Queue);
        metrics.Watch(this);
    }

    public string Name { get; }

    public bool IsHealthy => _queue.IsOpen;

    public bool IsAccepting => _queue.IsAccepting;

    public int QueueDepth => _queue.Count;

    /// <summary>Starts the writer; returns once the store accepts writes.</summary>
    public Task Start()
    {
        _running = _committer.IsBlocking ? OnOwnThread() : RunToEnd();
        return _opened.Task;
    }

    /// <summary>Queues a group; false if the store is down or the queue is full.</summary>
    public bool TryAdd(TGroup group)
    {
        var answer = _queue.Add(group);
        if (answer == QueueAnswer.Full)
        {
            _metrics.Failed(Name, "full");
        }

        return answer == QueueAnswer.Added;
    }

    /// <exception cref="StoreUnavailableException">The store is down or the queue is full.</exception>
    public void Add(TGroup group)
    {
        if (!TryAdd(group))
        {
            throw new StoreUnavailableException(
                IsHealthy ? $"Too many appends are waiting for the {Name}." : $"The {Name} accepts no writes now."
            );
        }
    }

    /// <summary>Commits waiting groups and stops.</summary>
    /// <param name="cancellationToken">
    /// Cancelled once the time for stopping is over. The silo may have used all of it, as after an outage, when its streams still try to
    /// reach their subscribers: even then the writer has <see cref="LastCommit"/> more, so that waiting groups are not lost.
    /// </param>
    /// <exception cref="TimeoutException">The store has not accepted the waiting groups.</exception>
    public async Task Stop(CancellationToken cancellationToken)
    {
        // When the host is stopped from two sides, one may dispose this before the other calls.
        if (Volatile.Read(ref _disposed))
        {
            return;
        }

        _queue.Complete();
        _stopping.Cancel();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _running.WaitAsync(LastCommit, TimeProvider.System, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes an instance once per registered service.
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _queue.Complete();
        _stopping.Cancel();
        await _running;
        await _committer.DisposeAsync();
        _queue.Dispose();
        _stopping.Dispose();
    }

    private Task OnOwnThread()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            // With a blocking committer every await below completes synchronously, so all of it runs on this thread.
            RunToEnd().GetAwaiter().GetResult();
            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = $"marketplace {Name}",
        };
        thread.Start();
        return ended.Task;
    }

    private async Task RunToEnd()
    {
        while (await OpenStore())
        {
            _queue.Open();

            // Only once the queue is open, because callers waiting for the start append at once.
            _opened.TrySetResult();
            LogOpen(Name);
            var cause = await Serve();
            FailAll(cause);
            await _committer.Close();
            if (cause is null)
            {
                return;
            }
        }
    }

    /// <summary>Retries until the store accepts writes; false if the writer must stop.</summary>
    private async ValueTask<bool> OpenStore()
    {
        for (var pause = FirstPause; !_stopping.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _committer.Open(_stopping.Token);
                return true;
            }
            catch (Exception e)
            {
                await _committer.Close();
                LogAway(e, Name);
                _opened.TrySetException(e);
                await Pause(pause);
            }
        }

        _opened.TrySetCanceled();
        return false;
    }

    private async ValueTask Pause(TimeSpan pause)
    {
        if (_committer.IsBlocking)
        {
            _stopping.Token.WaitHandle.WaitOne(pause);
        }
        else
        {
            await Task.Delay(pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Commits batch after batch; returns the failure that ended it, or null once the queue is completed and empty.</summary>
    private async ValueTask<Exception?> Serve()
    {
        try
        {
            while (true)
            {
                Compose();
                if (_batch.Count > 0)
                {
                    await CommitBatch();
                }
                else if (!await _queue.WaitForItem(_committer.IsBlocking))
                {
                    return null;
                }
            }
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Compose()
    {
        _batch.Clear();
        _refusedKeys.Clear();
        var rows = 0;
        var bytes = 0L;
        while (rows < _limits.BatchRows && bytes < _limits.BatchBytes && _queue.TryTake(out var group))
        {
            if (Guarded(group, static g => g.TryBegin()))
            {
                _batch.Add(group);
                rows += group.Rows;
                bytes += group.Bytes;
            }
        }
    }

    private async ValueTask CommitBatch()
    {
        var began = Stopwatch.GetTimestamp();
        await CommitOrSplit(_batch.ToArray());
        _metrics.Committed(Name, Stopwatch.GetElapsedTime(began), _batch);
    }

    /// <summary>
    /// A duplicate key rolls back the whole transaction, although only one group is at fault. Halving finds it: the others are committed,
    /// in order, in few transactions.
    /// </summary>
    private async ValueTask CommitOrSplit(ReadOnlyMemory<TGroup> groups)
    {
        var outcome = await _committer.TryCommit(groups);
        if (outcome.Kind == CommitKind.Committed)
        {
            foreach (var group in groups.Span)
            {
                Guarded(group, Commit);
            }

            _onCommit?.Invoke();
        }
        else if (groups.Length == 1)
        {
            await Refuse(groups.Span[0], outcome);
        }
        else
        {
            await CommitOrSplit(groups[..(groups.Length / 2)]);
            var rest = WithoutFollowersOfRefused(groups[(groups.Length / 2)..]);
            if (!rest.IsEmpty)
            {
                await CommitOrSplit(rest);
            }
        }
    }

    private async ValueTask Refuse(TGroup group, CommitOutcome outcome)
    {
        _refusedKeys.Add(group.Key);
        if (outcome.Cause is { } cause)
        {
            LogInvalid(cause, Name, group.Key);
            _metrics.Failed(Name, "invalid");
            Guarded(group, g => Fail(g, cause));
            return;
        }

        _metrics.Failed(Name, "taken");
        await _committer.Explain(group);
        Guarded(group, Refused);
    }

    private ReadOnlyMemory<TGroup> WithoutFollowersOfRefused(ReadOnlyMemory<TGroup> groups)
    {
        var rest = new List<TGroup>();
        foreach (var group in groups.Span)
        {
            if (!_refusedKeys.Contains(group.Key))
            {
                rest.Add(group);
            }
            else
            {
                Guarded(group, Refused);
            }
        }

        return rest.ToArray();
    }

    private void FailAll(Exception? cause)
    {
        var waiting = _queue.Close();
        if (cause is null)
        {
            return;
        }

        LogFailed(cause, Name, _batch.Count, waiting.Count);
        _metrics.Failed(Name, "unavailable");
        foreach (var group in _batch.Where(g => !g.IsAnswered).Concat(waiting.Where(g => Guarded(g, static g => g.TryBegin()))))
        {
            Guarded(group, g => Fail(g, cause));
        }

        _batch.Clear();
    }

    /// <summary>A caller's mistake must not stop the log for the others.</summary>
    private bool Guarded(TGroup group, Func<TGroup, bool> call)
    {
        try
        {
            return call(group);
        }
        catch (Exception e)
        {
            LogCallback(e, Name, group.Key);
            return false;
        }
    }

    private static bool Commit(TGroup group)
    {
        group.Commit();
        return true;
    }

    private static bool Refused(TGroup group)
    {
        group.Refuse();
        return true;
    }

    private static bool Fail(TGroup group, Exception cause)
    {
        group.Fail(cause);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Log} is accepting writes.")]
    private partial void LogOpen(string log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Log} cannot be opened; retrying.")]
    private partial void LogAway(Exception exception, string log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Log} failed; {Groups} groups of the batch and {Waiting} waiting ones fail")]
    private partial void LogFailed(Exception exception, string log, int groups, int waiting);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Log} cannot store a value appended by {Key}")]
    private partial void LogInvalid(Exception exception, string log, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of the {Log} threw: {Key}")]
    private partial void LogCallback(Exception exception, string log, string key);
}
