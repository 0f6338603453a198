using Marketplace.Grains.Journal;
using Marketplace.Journal;
using Marketplace.Timing;

namespace Marketplace.Grains.Timing;

/// <summary>Notifies the deadline shards of timed entities with a new fact; volatile.</summary>
[GrainType("deadline-relay"), ImplicitStreamSubscription(Streams.AuditDeadlines)]
internal sealed class DeadlineRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditDeadlines;

    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IDeadlineGrain>(DeadlineShards.KeyOf(item.Fact.Entity)).Refresh(item.Fact.Entity);
}
