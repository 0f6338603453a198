using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>Totals of one day's events. Each event is counted once as owed or withheld, and once as acknowledged.</summary>
public sealed class DayTally
{
    // Each bucket's bound is a tenth above the one before, so a percentile is at most 10 % too high.
    private static readonly double Growth = Math.Log(1.1);

    public required DateOnly Day { get; init; }

    public long Owed { get; set; }

    public long Acknowledged { get; set; }

    public long Late { get; set; }

    public long Withheld { get; set; }

    /// <summary>Sum of the ages at acknowledgement, in ms.</summary>
    public long FreshnessMs { get; set; }

    /// <summary>The number of ages summed.</summary>
    public long Fresh { get; set; }

    /// <summary>Ages by bucket: at most 1.1^n ms.</summary>
    public SortedDictionary<int, long> Ages { get; init; } = [];

    /// <summary>Counts an owed event as acknowledged.</summary>
    public void RecordAcknowledged(PluginEvent @event, DateTimeOffset at)
    {
        Acknowledged++;
        Late += at - @event.AcceptedAt > DeliveryFigures.Target ? 1 : 0;
        if (AgeOf(@event, at) is not { } age)
        {
            return;
        }

        var ms = Math.Max(1, (long)age.TotalMilliseconds);
        Fresh++;
        FreshnessMs += ms;
        var bucket = (int)Math.Ceiling(Math.Log(ms) / Growth);
        Ages[bucket] = Ages.GetValueOrDefault(bucket) + 1;
    }

    /// <summary>The age of the event at an instant, by its own time; null for history (<see cref="IsHistory"/>).</summary>
    public static TimeSpan? AgeOf(PluginEvent @event, DateTimeOffset at) =>
        IsHistory(@event.Time, @event.AcceptedAt) ? null
        : at > @event.Time ? at - @event.Time
        : TimeSpan.Zero;

    /// <summary>
    /// True for an event that was at least a week old when accepted: imported history is not late. Figures and evidence depend on it.
    /// </summary>
    /// <param name="time">The event's own time.</param>
    /// <param name="acceptedAt">When the feed accepted it.</param>
    public static bool IsHistory(DateTimeOffset time, DateTimeOffset acceptedAt) => acceptedAt - time >= TimeSpan.FromDays(7);

    /// <summary>The day's figures.</summary>
    public DeliveryFigures ToFigures() =>
        new(Day, Owed, Acknowledged, Late, Withheld, Fresh == 0 ? null : TimeSpan.FromMilliseconds(FreshnessMs / Fresh), Percentile(0.95));

    private TimeSpan? Percentile(double share)
    {
        var (wanted, seen) = ((long)Math.Ceiling(Fresh * share), 0L);
        foreach (var (bucket, count) in Ages)
        {
            seen += count;
            if (seen >= wanted)
            {
                return TimeSpan.FromMilliseconds(Math.Exp(bucket * Growth));
            }
        }

        return null;
    }
}
