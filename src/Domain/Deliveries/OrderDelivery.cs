using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>What became of an order's events at one installation.</summary>
public enum OrderDeliveryState
{
    /// <summary>Nothing of the order is, or was, owed: no scope, older than the installation, or outside the sync window.</summary>
    NotOwed,

    /// <summary>Nothing is delivered while the installation does not run, and nothing was before.</summary>
    Stopped,

    /// <summary>Something is owed and has not arrived yet.</summary>
    Waiting,

    /// <summary>Something was given up after all attempts.</summary>
    DeadLetter,

    /// <summary>Everything owed has arrived.</summary>
    Delivered,
}

/// <summary>The deliveries of one order to one installation.</summary>
/// <param name="State">What became of them.</param>
/// <param name="Owed">Events that are owed or were delivered.</param>
/// <param name="Delivered">Events that arrived.</param>
/// <param name="IsLate">True if one arrived later than <see cref="DeliveryFigures.Target"/>, or is still missing after it.</param>
/// <param name="LastDeliveredAt">When the last one arrived; null if none did.</param>
public sealed record OrderDelivery(OrderDeliveryState State, int Owed, int Delivered, bool IsLate, DateTimeOffset? LastDeliveredAt)
{
    /// <summary>Judges an order's events by the delivery log.</summary>
    /// <param name="events">All events of the order.</param>
    /// <param name="owed">Those that are owed now; null while nothing is delivered at all.</param>
    /// <param name="log">The log's entries about them, oldest first.</param>
    /// <param name="now">The instant.</param>
    public static OrderDelivery Of(
        IEnumerable<PluginEvent> events,
        IReadOnlyCollection<long>? owed,
        IReadOnlyList<DeliveryEntry> log,
        DateTimeOffset now
    )
    {
        var judged = events
            .Select(@event => (Event: @event, Last: LastOf(log, @event.Seq), At: ArrivalOf(log, @event.Seq)))
            .Where(one => one.At is not null || owed?.Contains(one.Event.Seq) == true)
            .ToArray();
        return new OrderDelivery(
            StateOf(judged.Where(one => one.At is null).Select(one => one.Last), judged.Length, owed is null),
            judged.Length,
            judged.Count(one => one.At is not null),
            judged.Any(one => DeliveryFigures.IsOverdue(one.Event.AcceptedAt, one.At ?? now)),
            judged.Max(one => one.At)
        );
    }

    private static OrderDeliveryState StateOf(IEnumerable<DeliveryOutcome?> missing, int owed, bool isStopped)
    {
        var open = missing.ToArray();
        return owed == 0
            ? isStopped
                ? OrderDeliveryState.Stopped
                : OrderDeliveryState.NotOwed
            : open.Contains(DeliveryOutcome.Dead)
                ? OrderDeliveryState.DeadLetter
                : open.Length > 0
                    ? OrderDeliveryState.Waiting
                    : OrderDeliveryState.Delivered;
    }

    private static DeliveryOutcome? LastOf(IEnumerable<DeliveryEntry> log, long seq) =>
        log.LastOrDefault(entry =>
            Concerns(entry, seq) && entry.Outcome is not (DeliveryOutcome.Parked or DeliveryOutcome.Resumed)
        )?.Outcome;

    private static DateTimeOffset? ArrivalOf(IEnumerable<DeliveryEntry> log, long seq) =>
        log.FirstOrDefault(entry => Concerns(entry, seq) && entry.Outcome == DeliveryOutcome.Acknowledged)?.At;

    private static bool Concerns(DeliveryEntry entry, long seq) => entry.Seq <= seq && seq <= entry.To;
}
