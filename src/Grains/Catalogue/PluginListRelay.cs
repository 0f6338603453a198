using Marketplace.Catalogue;
using Marketplace.Grains.Journal;
using Marketplace.Journal;

namespace Marketplace.Grains.Catalogue;

/// <summary>Forwards registrations to the list of all plugins; volatile.</summary>
[GrainType("plugin-list-relay"), ImplicitStreamSubscription(Streams.AuditPlugins)]
internal sealed class PluginListRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditPlugins;

    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).Apply(item.Fact);
}
