using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Schemas;

namespace Marketplace.Grains.Events;

/// <summary>
/// Appends lifecycle events to the seller's feed, which delivers them to the plugin like any event; volatile. A fact delivered twice makes
/// the same event, which the feed accepts once.
/// </summary>
[GrainType("lifecycle-relay"), ImplicitStreamSubscription(Streams.AuditLifecycle)]
internal sealed class LifecycleRelay(AuditDelivery delivery, IJournal journal) : AuditSubscriber(delivery)
{
    private const string InstallationPrefix = "installation/";

    protected override string? Topic => Streams.AuditLifecycle;

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var fact = item.Fact;
        if (fact.Entity.StartsWith(InstallationPrefix, StringComparison.Ordinal))
        {
            await Append(
                LifecycleMapping.OfInstallation(GrainKeys.Parse<InstallationId>(fact.Entity), await History(fact, cancellationToken)),
                cancellationToken
            );
        }
        else if (fact.Entity == GrainKeys.Schema())
        {
            await Announce(SchemaAnnouncements.None.After(fact).All.Values.Single(), cancellationToken);
        }
        else
        {
            var message = LifecycleMapping.OfClaim(
                fact.Entity[(fact.Entity.LastIndexOf('/') + 1)..],
                await History(fact, cancellationToken)
            );
            await Append(message is null ? [] : [message], cancellationToken);
        }
    }

    private async Task<List<JournalFact>> History(JournalFact fact, CancellationToken cancellationToken)
    {
        var history = new List<JournalFact>();
        await foreach (var earlier in journal.Read(fact.Entity, 0, cancellationToken))
        {
            if (earlier.Version >= fact.Version)
            {
                break;
            }

            history.Add(earlier);
        }

        history.Add(fact);
        return history;
    }

    private async Task Announce(SchemaAnnouncement announced, CancellationToken cancellationToken)
    {
        var plugins = await GrainFactory.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).List(cancellationToken);
        foreach (var plugin in plugins.Where(plugin => plugin.Pinned is { } pinned && string.CompareOrdinal(pinned, announced.Version) < 0))
        {
            foreach (var shard in PluginSellerShards.KeysOf(plugin.Plugin))
            {
                await Announce(announced, plugin, GrainFactory.GetGrain<IPluginSellersGrain>(shard), cancellationToken);
            }
        }
    }

    private async Task Announce(
        SchemaAnnouncement announced,
        PluginStatus plugin,
        IPluginSellersGrain sellers,
        CancellationToken cancellationToken
    )
    {
        var page = await sellers.ReadPage(null);
        while (!page.IsEmpty)
        {
            await Task.WhenAll(
                page.Select(seller => Announce(announced, new InstallationId(seller, plugin.Plugin), plugin.Pinned!, cancellationToken))
            );
            page = await sellers.ReadPage(page[^1]);
        }
    }

    private async Task Announce(
        SchemaAnnouncement announced,
        InstallationId installation,
        string pinned,
        CancellationToken cancellationToken
    )
    {
        var right = await GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(installation)).GetEntitlement(cancellationToken);
        if (right is not null and not { Stop.Code: InstallationRefusals.InstallationDisabled or InstallationRefusals.ConsentMissing })
        {
            await Append([LifecycleMapping.OfSchema(installation, announced, pinned)], cancellationToken);
        }
    }

    private async Task Append(IReadOnlyCollection<LifecycleEvent> messages, CancellationToken cancellationToken)
    {
        foreach (var one in messages)
        {
            await GrainFactory.GetFeed(one.Installation.Seller).Append([one.ToIncoming()], cancellationToken);
        }
    }
}
