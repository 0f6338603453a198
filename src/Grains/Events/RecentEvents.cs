using Marketplace.Events;

namespace Marketplace.Grains.Events;

/// <summary>
/// The last events of one feed, to deliver new events without reading the store. They were appended by one activation, so they have no
/// gaps; bounded in number and bytes.
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

        // The sealed part is not needed here.
        _events.Enqueue(@event with { Sealed = default });
        _bytes += @event.Data.Length;
        while (_events.Count > MaxEvents || _bytes > MaxBytes)
        {
            _bytes -= _events.Dequeue().Data.Length;
        }
    }

    /// <summary>Events after a position, at most <paramref name="limit"/>; null unless all of them are here.</summary>
    /// <param name="seq">The position.</param>
    /// <param name="limit">Maximum events.</param>
    /// <param name="head">The feed's last position.</param>
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
