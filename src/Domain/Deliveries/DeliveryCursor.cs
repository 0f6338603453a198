using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>Moves the cursor past decided events, and counts each of them when it passes.</summary>
internal sealed class DeliveryCursor(SavedProgress saved, DeliveryWindow window, DayTallies days, UnwrittenEntries entries)
{
    /// <summary>Moves the cursor past all events at the start of the window that are decided.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (window.Pass() is { } slot)
        {
            // A cursor that went back would count, and perhaps send, events a second time.
            DeliveryInvariant.Require(slot.Event.Seq > saved.Cursor);
            saved.Cursor = slot.Event.Seq;
            Count(slot, now);
        }
    }

    /// <summary>Withholds an event that the cursor has passed as owed.</summary>
    public void Withdraw(PluginEvent @event, string reason, DateTimeOffset now)
    {
        days.MoveToWithheld(@event);
        entries.Withhold(@event.Seq, reason, now);
    }

    private void Count(WindowSlot slot, DateTimeOffset now)
    {
        if (slot.Withheld == DeliveryFilter.OtherInstallation)
        {
            return;
        }

        if (slot.Withheld is { } reason)
        {
            days.RecordWithheld(slot.Event);
            entries.Withhold(slot.Event.Seq, reason, now);
            return;
        }

        days.RecordOwed(slot.Event);
        if (slot.AcknowledgedAt is { } at)
        {
            days.RecordAcknowledged(slot.Event, at);
        }
    }
}
