using Marketplace.Enforcement;
using Marketplace.Grains.Journal;
using Marketplace.Journal;

namespace Marketplace.Grains.Enforcement;

/// <summary>
/// Makes sure that decisions are carried out, also when the process that made them has ended; volatile. A fact is delivered until the
/// register has done what follows from it.
/// </summary>
[GrainType("enforcement-relay"), ImplicitStreamSubscription(Streams.AuditEnforcement)]
internal sealed class EnforcementRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditEnforcement;

    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        EnforcementEvent.Decode(item.Fact.Type, item.Fact.Payload) is EnforcementEvent.Applied or EnforcementEvent.Lifted
            ? GrainFactory.GetGrain<IEnforcementGrain>(GrainKeys.Enforcement()).Resume(cancellationToken)
            : Task.CompletedTask;
}
