using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Grains.Journal;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Pushes a change of a plugin's endpoint to all its installations, running or not; volatile. Each gets the present endpoint, so a fact
/// that comes twice or late does no harm.
/// </summary>
[GrainType("plugin-webhook-relay"), ImplicitStreamSubscription(Streams.AuditPluginWebhooks)]
internal sealed class PluginWebhookRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditPluginWebhooks;

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var plugin = GrainKeys.Parse<PluginId>(item.Fact.Entity);
        var webhook = await GrainFactory.GetGrain<IPluginWebhookGrain>(item.Fact.Entity).Get(cancellationToken);
        var failures = await Task.WhenAll(PluginSellerShards.KeysOf(plugin).Select(shard => ShareWith(plugin, shard, webhook)));
        if (failures.OfType<Exception>().ToArray() is { Length: > 0 } failed)
        {
            // If one failure is transient, the repetition is worth it for all of them.
            throw failed.FirstOrDefault(AuditDelivery.IsPassing) ?? failed[0];
        }
    }

    /// <summary>Null if all have it. A failure with one must not keep it from the others, so nothing is thrown.</summary>
    private async Task<Exception?> ShareWith(PluginId plugin, string shard, PluginWebhook webhook)
    {
        var sellers = GrainFactory.GetGrain<IPluginSellersGrain>(shard);
        Exception? failed = null;
        for (var page = await sellers.ReadPage(null); !page.IsEmpty; page = await sellers.ReadPage(page[^1]))
        {
            var failures = (await Task.WhenAll(page.Select(seller => ShareWith(new InstallationId(seller, plugin), webhook))))
                .OfType<Exception>()
                .ToArray();
            failed = failures.FirstOrDefault(AuditDelivery.IsPassing) ?? failed ?? failures.FirstOrDefault();
        }

        return failed;
    }

    private async Task<Exception?> ShareWith(InstallationId installation, PluginWebhook webhook)
    {
        try
        {
            await GrainFactory.GetDelivery(installation).Share(webhook);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
