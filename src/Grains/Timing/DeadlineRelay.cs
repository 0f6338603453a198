using Marketplace.Grains.Journal;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Timing;

namespace Marketplace.Grains.Timing;

/// <summary>Notifies the deadline shards of timed entities with a new fact; volatile.</summary>
[GrainType("deadline-relay"), ImplicitStreamSubscription(Streams.AuditDeadlines)]
internal sealed class DeadlineRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditDeadlines;

    protected override Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        // From its first plugin on a seller has bills, which are closed at their deadlines.
        var entity =
            item.Fact.Type == PluginAdded.FactType && AuditSubject.SellerOf(item.Fact.Entity) is { } seller
                ? GrainKeys.Billing(seller)
                : item.Fact.Entity;
        return GrainFactory.GetGrain<IDeadlineGrain>(DeadlineShards.KeyOf(entity)).Refresh(entity);
    }
}
