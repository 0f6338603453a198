using Marketplace.Grains.Ports;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// Reads one queue's part of a log. The durable cursor moves after delivery, and only under the epoch taken here: a silo declared dead
/// neither reads nor acknowledges any more. Events left in its cache are duplicates.
/// </summary>
internal sealed partial class LogReceiver(
    QueueId queue,
    LogQueues queues,
    IStreamCursors cursors,
    ILogger logger,
    CancellationToken stopping
) : IQueueAdapterReceiver
{
    // Moving a cursor is a write; these two bound how much is repeated after a crash.
    private const int MoveEvery = 256;
    private static readonly TimeSpan MoveAfter = TimeSpan.FromMilliseconds(500);

    // An idle queue waits in its read, and the agent ends only when that returns: a queue that moves to another silo waits for it.
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterLoss = TimeSpan.FromSeconds(5);

    private readonly string _name = LogQueues.NameOf(queue);
    private readonly QueueShare _share = queues.OwnerOf(queue).Share;
    private readonly ILogSource _source = queues.OwnerOf(queue).Source;
    private readonly Queue<(long Position, int Index)> _pending = new();
    private long? _epoch;
    private long _read;
    private long _moved;
    private long _movedAt;
    private long _notBefore;

    public Task Initialize(TimeSpan timeout) => Guarded(ClaimCursor);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        IList<IBatchContainer> messages = [];
        if (Environment.TickCount64 >= _notBefore)
        {
            await Guarded(async () => messages = await Read(maxCount));
        }

        return messages;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        // The cache purges in order. A permanently failed event is not in the list, but already is a dead letter.
        var last = messages.Count == 0 ? default : messages.Max(message => ((LogBatch)message).Place);
        while (_pending.TryPeek(out var first) && first.CompareTo(last) <= 0)
        {
            _pending.Dequeue();
        }

        return Task.CompletedTask;
    }

    public Task Shutdown(TimeSpan timeout) => Guarded(() => Move(force: true));

    private async Task<IList<IBatchContainer>> Read(int maxCount)
    {
        if (_epoch is null)
        {
            await ClaimCursor();
        }

        var messages = new List<IBatchContainer>();
        if (_epoch is null || !await Move(force: false))
        {
            return messages;
        }

        // What is delivered is acknowledged by the next read.
        var isSettled = _pending.Count == 0 && _moved == _read;
        var head = await _source.WaitBeyond(_read, isSettled ? IdleWait : MoveAfter, stopping);

        // Do not wait for the next poll after pages without anything for this queue.
        while (messages.Count == 0 && _read < head)
        {
            var entries = await _source.ReadAfter(_read, maxCount);
            if (entries.Count == 0 || !await IsMine())
            {
                break;
            }

            Sort(entries, messages, maxCount);
        }

        return messages;
    }

    private void Sort(IReadOnlyList<LogEntry> entries, List<IBatchContainer> messages, int maxCount)
    {
        foreach (var entry in entries)
        {
            // An entry is a message for each of its streams, and the cache has room for no more than asked for; the rest is read again.
            if (messages.Count > 0 && messages.Count + 1 + _share.Topics.Count > maxCount)
            {
                break;
            }

            if (_source.KeyIn(_share.Namespace, entry) is { } key && queues.QueueOf(_share.Namespace, key) == queue)
            {
                Add(entry, queues.StreamOf(_share.Namespace, key), 0, messages);
                for (var i = 0; i < _share.Topics.Count; i++)
                {
                    if (_source.Carries(_share.Topics[i], entry))
                    {
                        Add(entry, queues.StreamOf(_share.Topics[i], key), i + 1, messages);
                    }
                }
            }

            _read = entry.Position;
        }
    }

    private void Add(LogEntry entry, StreamId stream, int index, List<IBatchContainer> messages)
    {
        messages.Add(new LogBatch(stream, entry.Position, index, entry.Item));
        _pending.Enqueue((entry.Position, index));
    }

    private async Task ClaimCursor()
    {
        var cursor = await cursors.Claim(_name, CancellationToken.None);
        _epoch = cursor.Epoch;

        // Events read under an earlier epoch are still in this silo's cache and will be delivered from there.
        _read = Math.Max(_read, cursor.Position);
        _moved = cursor.Position;
        _movedAt = Environment.TickCount64;
    }

    /// <summary>Moves the durable cursor past delivered events if due; false if another silo has the queue.</summary>
    private async Task<bool> Move(bool force)
    {
        var delivered = _pending.TryPeek(out var first) ? first.Position - 1 : _read;
        var due = force || delivered - _moved >= MoveEvery || Environment.TickCount64 - _movedAt >= MoveAfter.TotalMilliseconds;
        if (_epoch is not { } epoch || delivered <= _moved || !due)
        {
            return true;
        }

        if (!await cursors.Move(_name, epoch, delivered, CancellationToken.None))
        {
            Lose();
            return false;
        }

        (_moved, _movedAt) = (delivered, Environment.TickCount64);
        return true;
    }

    private async Task<bool> IsMine()
    {
        if (await cursors.ReadEpoch(_name, CancellationToken.None) == _epoch)
        {
            return true;
        }

        Lose();
        return false;
    }

    // The other silo may stop without a notification: take the queue again after a while, so that it does not stay unread.
    private void Lose()
    {
        LogLost(logger, _name);
        _epoch = null;
        _notBefore = Environment.TickCount64 + (long)PauseAfterLoss.TotalMilliseconds;
    }

    private async Task Guarded(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StoreUnavailableException e)
        {
            LogAway(logger, e, _name);
            _notBefore = Environment.TickCount64 + (long)PauseAfterFailure.TotalMilliseconds;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another silo took over the stream queue {Queue}.")]
    private static partial void LogLost(ILogger logger, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream queue {Queue} is waiting for the store.")]
    private static partial void LogAway(ILogger logger, Exception exception, string queue);
}
