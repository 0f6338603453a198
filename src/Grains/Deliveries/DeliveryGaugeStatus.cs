using System.Collections.Immutable;
using Marketplace.Deliveries;

namespace Marketplace.Grains.Deliveries;

/// <summary>The part of a delivery's status that the gauges sum up.</summary>
/// <param name="Backlog">Events between cursor and head, and those that wait for a retry.</param>
/// <param name="OldestOwedAt">When the oldest event was accepted that is owed and not acknowledged.</param>
/// <param name="Parked">The endpoint is parked.</param>
/// <param name="Broken">The endpoint is only probed because everything failed.</param>
/// <param name="Days">The last days' figures.</param>
internal sealed record DeliveryGaugeStatus(
    long Backlog,
    DateTimeOffset? OldestOwedAt,
    bool Parked,
    bool Broken,
    ImmutableArray<DeliveryFigures> Days
)
{
    private static readonly DeliveryGaugeStatus Unused = new(0, null, false, false, []);

    public static DeliveryGaugeStatus Of(DeliveryStatus status) =>
        status.IsUsed
            ? new(
                status.Backlog + status.Waiting,
                status.Stop is null ? status.OldestOwedAt : null,
                status.Setup.Parking is not null,
                status.BrokenSince is not null,
                status.Stop is null ? status.Days : []
            )
            : Unused;

    public bool IsOverdue(DateTimeOffset now) => DeliveryFigures.IsOverdue(OldestOwedAt, now);

    public bool Alarms(DateTimeOffset now) => IsOverdue(now) || Days.Any(day => day.Alarms(overdue: false));
}
