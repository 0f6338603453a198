using Marketplace.Catalogue;
using Marketplace.Grains.Journal;
using Marketplace.Journal;

namespace Marketplace.Grains.Catalogue;

/// <summary>Forwards registrations to the catalogue; volatile.</summary>
[GrainType("catalogue-relay"), ImplicitStreamSubscription(Streams.AuditPlugins)]
internal sealed class CatalogueRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditPlugins;

    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<ICatalogueProjectionGrain>(GrainKeys.CatalogueProjection()).Apply(item.Fact, cancellationToken);
}
