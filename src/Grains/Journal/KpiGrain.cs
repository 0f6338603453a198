using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Grains.Journal;

/// <summary>Counts every fact by day and kind, ignoring duplicate deliveries. Key: <c>shard/{n}</c>. Snapshot.</summary>
[GrainType("kpis")]
[ImplicitStreamSubscription(Streams.AuditOperators)]
internal sealed class KpiGrain(AuditDelivery delivery, IAuditCounts counts, MarketCalendar calendar) : AuditSubscriber(delivery)
{
    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        counts.Count(item.Position, calendar.DayOf(item.Fact.At), NotificationTexts.KindOf(item.Fact), cancellationToken);
}
