using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Grains.Journal;

/// <summary>The sellers whom a change of a plugin concerns.</summary>
internal static class PluginAudience
{
    /// <summary>The sellers that have the plugin and have consented to it, whether it runs or not.</summary>
    public static async IAsyncEnumerable<SellerId> SellersOf(this IGrainFactory grains, PluginId plugin)
    {
        foreach (var shard in PluginSellerShards.KeysOf(plugin))
        {
            var sellers = grains.GetGrain<IPluginSellersGrain>(shard);
            for (var page = await sellers.ReadPage(null); !page.IsEmpty; page = await sellers.ReadPage(page[^1]))
            {
                var concerned = await Task.WhenAll(page.Select(seller => grains.IsConcerned(new InstallationId(seller, plugin))));
                foreach (var (seller, isConcerned) in page.Zip(concerned))
                {
                    if (isConcerned)
                    {
                        yield return seller;
                    }
                }
            }
        }
    }

    private static async Task<bool> IsConcerned(this IGrainFactory grains, InstallationId installation)
    {
        var entitlement = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(installation)).GetEntitlement(CancellationToken.None);
        return entitlement
            is not null
                and not { Stop.Code: InstallationRefusals.InstallationDisabled or InstallationRefusals.ConsentMissing };
    }
}
