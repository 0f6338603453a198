using Marketplace.Catalogue;
using Marketplace.Grains.Journal;
using Marketplace.Journal;

namespace Marketplace.Grains.Catalogue;

/// <summary>Tells the list of all plugins what was registered; volatile.</summary>
[GrainType("plugin-list-relay"), ImplicitStreamSubscription(Streams.AuditOperators)]
internal sealed class PluginListRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override Task Handle(AuditItem item, CancellationToken cancellationToken) =>
        item.Fact.Type == PluginProfile.FactType
            ? GrainFactory.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).Note(item.Fact)
            : Task.CompletedTask;
}
