using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Grains.Ports;
using Marketplace.Listings;
using Marketplace.Sellers;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Billing;

[GrainType("revenue")]
internal sealed class RevenueGrain(IJournal journal, IOptions<BillingOptions> options) : Grain, IRevenueGrain
{
    private const string Listings = "listing/";
    private const int AtOnce = 50;

    public async Task<Revenue> Read(DateOnly month, CancellationToken cancellationToken)
    {
        var developer = GrainKeys.Parse<DeveloperId>(this.GetPrimaryKeyString());
        var (share, lines) = (options.Value.PlatformShare, ImmutableArray.CreateBuilder<RevenueLine>());
        foreach (var plugin in await ReadPlugins(developer, cancellationToken))
        {
            lines.Add(RevenueLine.Of(plugin, await ReadBills(plugin, month, cancellationToken), share));
        }

        return new Revenue(developer, month, share, options.Value.SharePolicy, lines.ToImmutable());
    }

    /// <summary>The plugins that the developer created; facts are sorted by entity, so those of listings are one range.</summary>
    private async Task<List<PluginId>> ReadPlugins(DeveloperId developer, CancellationToken cancellationToken)
    {
        var plugins = new List<PluginId>();
        await foreach (var fact in journal.ReadAll(Listings, 0, cancellationToken))
        {
            if (!fact.Entity.StartsWith(Listings, StringComparison.Ordinal))
            {
                break;
            }

            if (
                fact.Version == 1
                && ListingEvent.Decode(fact.Type, fact.Payload) is ListingEvent.Created created
                && created.Developer == developer.Value
            )
            {
                plugins.Add(PluginId.Parse(fact.Entity[Listings.Length..], null));
            }
        }

        return plugins;
    }

    private async Task<List<Bill>> ReadBills(PluginId plugin, DateOnly month, CancellationToken cancellationToken)
    {
        var bills = new List<Bill>();
        foreach (var shard in PluginSellerShards.KeysOf(plugin))
        {
            var grain = GrainFactory.GetGrain<IPluginSellersGrain>(shard);
            for (SellerId? after = null; ; )
            {
                var page = await grain.ReadPage(after);
                if (page.IsEmpty)
                {
                    break;
                }

                foreach (var sellers in page.Chunk(AtOnce))
                {
                    bills.AddRange(
                        await Task.WhenAll(
                            sellers.Select(seller =>
                                GrainFactory.GetGrain<IBillGrain>(GrainKeys.Bill(seller, month)).Read(plugin, cancellationToken)
                            )
                        )
                    );
                }

                after = page[^1];
            }
        }

        return bills;
    }
}
