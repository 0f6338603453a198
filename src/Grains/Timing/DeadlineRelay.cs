using Marketplace.Grains.Journal;
using Marketplace.Journal;
using Marketplace.Timing;

namespace Marketplace.Grains.Timing;

/// <summary>Notifies the deadline shards of timed entities with a new fact; volatile.</summary>
[GrainType("deadline-relay"), ImplicitStreamSubscription(Streams.AuditOperators)]
internal sealed class DeadlineRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var entity = item.Fact.Entity;
        return TimedEntities.Contains(entity)
            ? GrainFactory.GetGrain<IDeadlineGrain>(DeadlineShards.KeyOf(entity)).Refresh(entity)
            : Task.CompletedTask;
    }
}
