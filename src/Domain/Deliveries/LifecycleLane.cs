using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// Delivers lifecycle events while the installation is stopped and everything else waits behind the cursor: they are taken from beyond the
/// cursor, however far, and sent in their own order. The cursor later passes over them.
/// </summary>
internal sealed class LifecycleLane(SavedProgress saved, DeliveryWindow window, UnsettledEvents unsettled)
{
    /// <summary>Maximum waiting events; scanning stops there and continues when they have arrived.</summary>
    public const int MaxWaiting = 64;

    /// <summary>The last position scanned.</summary>
    public long LookedTo => Math.Max(saved.Cursor, saved.LifecycleTo);

    /// <summary>True if more of the feed may be scanned.</summary>
    public bool WantsEvents =>
        unsettled.Lifecycle.Count() < MaxWaiting && window.Find(LookedTo + 1) is not { IsUnderWay: true, Event.IsLifecycle: true };

    /// <summary>True if it was taken over and is beyond the cursor.</summary>
    public bool Holds(PluginEvent @event) => @event.IsLifecycle && @event.Seq > saved.Cursor && @event.Seq <= saved.LifecycleTo;

    /// <summary>Scans the event after <see cref="LookedTo"/>.</summary>
    /// <param name="event">The event.</param>
    /// <param name="isOwed">True if it is a lifecycle event of this installation.</param>
    /// <returns>False if it must wait: it is in flight, and taking it over now would lose it in a crash.</returns>
    public bool Look(PluginEvent @event, bool isOwed)
    {
        var slot = window.Find(@event.Seq);
        if (isOwed && slot is { IsUnderWay: true })
        {
            return false;
        }

        if (isOwed)
        {
            TakeOver(@event, slot);
        }

        saved.LifecycleTo = @event.Seq;
        return true;
    }

    /// <summary>The window slot of an event that was taken over.</summary>
    public WindowSlot SlotOf(PluginEvent @event, DateTimeOffset now)
    {
        var waits = unsettled.IsWaiting(@event.Seq);
        return new WindowSlot(@event)
        {
            IsTakenOver = true,
            IsWaiting = waits,
            TakenAt = waits ? null : now,
        };
    }

    private void TakeOver(PluginEvent @event, WindowSlot? slot)
    {
        if (slot is not ({ TakenAt: not null } or { IsWaiting: true }) && !unsettled.TakeUp(@event.Seq, owed: true))
        {
            unsettled.Queue(@event);
        }

        if (slot is not null)
        {
            (slot.IsTakenOver, slot.IsWaiting) = (true, slot.TakenAt is null);
        }
    }
}
