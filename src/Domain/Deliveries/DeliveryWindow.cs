using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>The events read ahead of the cursor, in order.</summary>
internal sealed class DeliveryWindow(long cursor)
{
    private readonly LinkedList<WindowSlot> _order = [];
    private readonly Dictionary<long, WindowSlot> _slots = [];

    public int Count => _order.Count;

    /// <summary>The last position read.</summary>
    public long ReadTo { get; private set; } = cursor;

    public IEnumerable<WindowSlot> Slots => _order;

    /// <summary>Events that may be tried.</summary>
    public IEnumerable<WindowSlot> Open => _order.Where(slot => slot.IsOpen);

    /// <summary>Null if the cursor has passed, or nothing was read yet.</summary>
    public WindowSlot? Find(long seq) => _slots.GetValueOrDefault(seq);

    public void Add(WindowSlot slot)
    {
        // The cursor passes slots in the order of the list: one out of order would let it pass events not read yet.
        DeliveryInvariant.Require(slot.Event.Seq > ReadTo);
        _order.AddLast(slot);
        _slots.Add(slot.Event.Seq, slot);
        ReadTo = slot.Event.Seq;
    }

    /// <summary>Removes and returns the first slot if the cursor may pass it.</summary>
    public WindowSlot? Pass()
    {
        if (_order.First is not { Value: { IsDecided: true } slot })
        {
            return null;
        }

        _order.RemoveFirst();
        _slots.Remove(slot.Event.Seq);
        return slot;
    }

    /// <summary>Drops slots from the end that are neither in flight nor decided by the receiver.</summary>
    public void Shorten(long cursor)
    {
        while (_order.Last is { Value: { IsInFlight: false, IsWaiting: false, AcknowledgedAt: null } } last)
        {
            _order.RemoveLast();
            _slots.Remove(last.Value.Event.Seq);
        }

        ReadTo = _order.Last?.Value.Event.Seq ?? cursor;
    }

    /// <summary>Drops everything, to be read again from the cursor.</summary>
    public void Clear(long cursor)
    {
        _order.Clear();
        _slots.Clear();
        ReadTo = cursor;
    }
}

/// <summary>An event in the window.</summary>
internal sealed class WindowSlot(PluginEvent @event)
{
    public PluginEvent Event => @event;

    /// <summary>Why it is not owed; null if it is.</summary>
    public string? Withheld { get; set; }

    public bool IsInFlight { get; set; }

    public bool IsWaiting { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>It is sent before the cursor reaches it (<see cref="LifecycleLane"/>).</summary>
    public bool IsSentAhead { get; set; }

    /// <summary>It may be tried.</summary>
    public bool IsOpen => Withheld is null && !IsInFlight && !IsWaiting && AcknowledgedAt is null;

    /// <summary>The cursor may pass.</summary>
    public bool IsDecided => Withheld is not null || IsWaiting || AcknowledgedAt is not null;
}
