using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// Delivers lifecycle events while the installation is stopped and everything else waits behind the cursor: they are read from beyond the
/// cursor, however far, and sent in their own order. The cursor later passes over them.
/// </summary>
internal sealed class LifecycleLane(SavedProgress saved, DeliveryWindow window, UnsettledEvents unsettled)
{
    /// <summary>Maximum waiting events; scanning stops there and continues when they have arrived.</summary>
    public const int MaxWaiting = 64;

    /// <summary>The last position scanned.</summary>
    public long ScannedTo => Math.Max(saved.Cursor, saved.LifecycleTo);

    /// <summary>True if more of the feed may be scanned.</summary>
    public bool WantsEvents =>
        unsettled.Lifecycle.Count() < MaxWaiting && window.Find(ScannedTo + 1) is not { IsInFlight: true, Event.IsLifecycle: true };

    /// <summary>True for a lifecycle event beyond the cursor that was scanned: it is, or was, sent ahead of it.</summary>
    public bool Contains(PluginEvent @event) => @event.IsLifecycle && @event.Seq > saved.Cursor && @event.Seq <= saved.LifecycleTo;

    /// <summary>Scans the event after <see cref="ScannedTo"/>.</summary>
    /// <param name="event">The event.</param>
    /// <param name="isOwed">True if it is a lifecycle event of this installation.</param>
    /// <returns>False if it must wait: it is in flight, and queueing it again now would lose it in a crash.</returns>
    public bool TryScan(PluginEvent @event, bool isOwed)
    {
        var slot = window.Find(@event.Seq);
        if (isOwed && slot is { IsInFlight: true })
        {
            return false;
        }

        if (isOwed)
        {
            SendAhead(@event, slot);
        }

        saved.LifecycleTo = @event.Seq;
        return true;
    }

    /// <summary>Creates the window slot of an event that was sent ahead of the cursor.</summary>
    public WindowSlot CreateSlot(PluginEvent @event, DateTimeOffset now)
    {
        var waits = unsettled.IsWaiting(@event.Seq);
        return new WindowSlot(@event)
        {
            IsSentAhead = true,
            IsWaiting = waits,
            AcknowledgedAt = waits ? null : now,
        };
    }

    private void SendAhead(PluginEvent @event, WindowSlot? slot)
    {
        if (slot is not ({ AcknowledgedAt: not null } or { IsWaiting: true }) && !unsettled.TryRestore(@event.Seq, owed: true))
        {
            unsettled.Queue(@event);
        }

        if (slot is not null)
        {
            (slot.IsSentAhead, slot.IsWaiting) = (true, slot.AcknowledgedAt is null);
        }
    }
}
