using Marketplace.Events;

namespace Marketplace.Grains.Events;

/// <summary>
/// The last events of one feed, so that what has just been appended is delivered without reading the store. They are what one activation
/// appended itself, so they have no gaps; bounded in number and bytes.
/// </summary>
internal sealed class RecentEvents
{
    private const int MaxEvents = 512;
    private const int MaxBytes = 256 * 1024;

    private readonly Queue<FeedEvent> _events = new();
    private int _bytes;
    private long _last;

    public void Add(FeedEvent @event)
    {
        if (_events.Count > 0 && _last + 1 != @event.Seq)
        {
            Clear();
        }

        _last = @event.Seq;

        // The sealed part is of no use here.
        _events.Enqueue(@event with { Sealed = default });
        _bytes += @event.Data.Length;
        while (_events.Count > MaxEvents || _bytes > MaxBytes)
        {
            _bytes -= _events.Dequeue().Data.Length;
        }
    }

    /// <summary>Events after a place, at most <paramref name="limit"/>; null if they are not all here.</summary>
    /// <param name="seq">The place.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="head">The feed's last place.</param>
    public IReadOnlyList<FeedEvent>? After(long seq, int limit, long head) =>
        _events.TryPeek(out var first) && first.Seq <= seq + 1 && _last == head
            ? [.. _events.Skip((int)Math.Min(_events.Count, seq + 1 - first.Seq)).Take(limit)]
            : null;

    public void Clear()
    {
        _events.Clear();
        _bytes = 0;
    }
}
