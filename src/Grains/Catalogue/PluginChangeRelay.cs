using Marketplace.Catalogue;
using Marketplace.Grains.Journal;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Catalogue;

/// <summary>
/// Forwards a change of a plugin to all its installations: a lost certification, new prices, scopes now awaiting the seller; volatile.
/// </summary>
[GrainType("plugin-change-relay"), ImplicitStreamSubscription(Streams.AuditPlugins)]
internal sealed class PluginChangeRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditPlugins;

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        // A plugin's first fact precedes any installation.
        if (item.Fact.Version > 1)
        {
            var plugin = GrainKeys.Parse<PluginId>(item.Fact.Entity);
            await Task.WhenAll(PluginSellerShards.KeysOf(plugin).Select(shard => Refresh(plugin, shard, cancellationToken)));
        }
    }

    private async Task Refresh(PluginId plugin, string shard, CancellationToken cancellationToken)
    {
        var sellers = GrainFactory.GetGrain<IPluginSellersGrain>(shard);
        var page = await sellers.ReadPage(null);
        while (!page.IsEmpty)
        {
            await Task.WhenAll(page.Select(seller => Installation(plugin, seller).Refresh(cancellationToken)));
            page = await sellers.ReadPage(page[^1]);
        }
    }

    private IInstallationGrain Installation(PluginId plugin, SellerId seller) =>
        GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin)));
}
