namespace Marketplace.Storage.Commit;

/// <summary>
/// The bounded queue in front of one writer. It is closed while the store is down, so that nobody waits for a store that does not answer:
/// closing and draining happen under the lock under which items are added.
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

    /// <summary>Waits until there is an item. Returns false if there is none and there will be none.</summary>
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

    /// <summary>Takes nothing more until it is opened again, and hands out what waits.</summary>
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

    /// <summary>Takes nothing more, ever; what waits can still be taken out.</summary>
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
