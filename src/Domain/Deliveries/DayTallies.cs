using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>The last days' tallies; an event counts for the day on which the feed accepted it.</summary>
internal sealed class DayTallies(SavedProgress saved, MarketCalendar calendar)
{
    private const int KeptDays = 35;

    public IReadOnlyList<DeliveryFigures> Figures => [.. saved.Days.Select(day => day.ToFigures())];

    /// <summary>Figures of a day; null if it has none.</summary>
    public DeliveryFigures? FiguresOf(DateOnly day) => saved.Days.Find(tally => tally.Day == day)?.ToFigures();

    public void RecordOwed(PluginEvent @event)
    {
        if (Counts(@event))
        {
            Of(@event).Owed++;
        }
    }

    public void RecordWithheld(PluginEvent @event)
    {
        if (Counts(@event))
        {
            Of(@event).Withheld++;
        }
    }

    /// <summary>Moves an event from owed to withheld.</summary>
    public void MoveToWithheld(PluginEvent @event)
    {
        if (Counts(@event))
        {
            var day = Of(@event);
            (day.Owed, day.Withheld) = (day.Owed - 1, day.Withheld + 1);
        }
    }

    public void RecordAcknowledged(PluginEvent @event, DateTimeOffset at)
    {
        if (Counts(@event))
        {
            Of(@event).RecordAcknowledged(@event, at);
        }
    }

    // Figures and reconciliation cover the seller's business; lifecycle events, which concern the plugin's own installation, are in
    // neither.
    private static bool Counts(PluginEvent @event) => !@event.IsLifecycle;

    private DayTally Of(PluginEvent @event)
    {
        var day = calendar.DayOf(@event.AcceptedAt);
        if (saved.Days.Find(tally => tally.Day == day) is not { } tally)
        {
            saved.Days.Add(tally = new DayTally { Day = day });
            saved.Days.Sort((one, other) => one.Day.CompareTo(other.Day));
            if (saved.Days.Count > KeptDays && saved.Days[0] != tally)
            {
                saved.Days.RemoveAt(0);
            }
        }

        return tally;
    }
}
