namespace Marketplace.Storage.Commit;

/// <summary>
/// The bounded queue in front of one writer. Closed while the store is down, so that no caller waits for an unavailable store. Closing and
/// draining hold the lock under which items are added, so that none is left behind.
/// </summary>
internal sealed class CommitQueue<T>(int limit) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _items = new();
    private readonly SemaphoreSlim _wake = new(0);
    private volatile int _count;
    private volatile bool _open;
    private bool _completed;
    private bool _sleeping;

    public int Count => _count;

    public bool IsOpen => _open;

    public bool IsAccepting => _open && _count < limit;

    public QueueAnswer Add(T item)
    {
        bool wake;
        lock (_gate)
        {
            if (!_open)
            {
                return QueueAnswer.Closed;
            }

            if (_items.Count >= limit)
            {
                return QueueAnswer.Full;
            }

            _items.Enqueue(item);
            _count = _items.Count;
            wake = _sleeping;
            _sleeping = false;
        }

        if (wake)
        {
            _wake.Release();
        }

        return QueueAnswer.Added;
    }

    public bool TryTake(out T item)
    {
        lock (_gate)
        {
            var taken = _items.TryDequeue(out item!);
            _count = _items.Count;
            return taken;
        }
    }

    /// <summary>Waits for an item. Returns false if there is none and there will be none.</summary>
    public async ValueTask<bool> WaitForItem(bool blocking)
    {
        lock (_gate)
        {
            if (_items.Count > 0 || _completed)
            {
                return _items.Count > 0;
            }

            _sleeping = true;
        }

        if (blocking)
        {
            _wake.Wait();
        }
        else
        {
            await _wake.WaitAsync();
        }

        return Count > 0;
    }

    public void Open()
    {
        lock (_gate)
        {
            _open = !_completed;
        }
    }

    /// <summary>Refuses items until reopened, and returns the waiting ones.</summary>
    public IReadOnlyList<T> Close()
    {
        lock (_gate)
        {
            _open = false;
            var left = _items.ToArray();
            _items.Clear();
            _count = 0;
            return left;
        }
    }

    /// <summary>Refuses items for good; waiting ones can still be taken.</summary>
    public void Complete()
    {
        bool wake;
        lock (_gate)
        {
            _open = false;
            _completed = true;
            wake = _sleeping;
            _sleeping = false;
        }

        if (wake)
        {
            _wake.Release();
        }
    }

    public void Dispose() => _wake.Dispose();
}

internal enum QueueAnswer
{
    Added,
    Full,
    Closed,
}
