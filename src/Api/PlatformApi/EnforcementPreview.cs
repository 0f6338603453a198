using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.PlatformApi;

/// <summary>Finds out what an action would touch. It changes nothing.</summary>
internal static class EnforcementPreview
{
    // Of the others only the number is told: each costs reads of its journal and its ledger.
    private const int MaxRead = 2_000;
    private const int AtOnce = 32;

    public static async Task<EnforcementPreviewView> Of(
        IGrainFactory grains,
        IReadOnlyList<PluginId> plugins,
        CancellationToken cancellationToken
    )
    {
        var (views, left) = (new List<PreviewedPluginView>(), MaxRead);
        foreach (var plugin in plugins)
        {
            var view = await Of(grains, plugin, left, cancellationToken);
            left = Math.Max(0, left - view.Installations);
            views.Add(view);
        }

        return new EnforcementPreviewView(
            views,
            views.Sum(static view => view.Installations),
            views.Sum(static view => view.Running),
            views.Sum(static view => view.MonthCost),
            views.TrueForAll(static view => view.IsComplete)
        );
    }

    private static async Task<PreviewedPluginView> Of(IGrainFactory grains, PluginId plugin, int most, CancellationToken cancellationToken)
    {
        var profile = await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).Get(cancellationToken);
        var sellers = new List<SellerId>();
        foreach (var shard in PluginSellerShards.KeysOf(plugin))
        {
            var grain = grains.GetGrain<IPluginSellersGrain>(shard);
            for (var page = await grain.ReadPage(null); !page.IsEmpty; page = await grain.ReadPage(page[^1]))
            {
                sellers.AddRange(page);
            }
        }

        var (installations, running, cost) = (0, 0, 0m);
        foreach (var some in sellers.Take(most).Chunk(AtOnce))
        {
            foreach (var one in await Task.WhenAll(some.Select(seller => Read(grains, new(seller, plugin), cancellationToken))))
            {
                installations += one.IsEnabled ? 1 : 0;
                running += one.IsRunning ? 1 : 0;
                cost += one.Cost;
            }
        }

        var unread = Math.Max(0, sellers.Count - most);
        return new PreviewedPluginView(
            plugin.Value,
            profile?.Name,
            profile?.Region.Value,
            installations + unread,
            running,
            cost,
            unread == 0
        );
    }

    private static async Task<(bool IsEnabled, bool IsRunning, decimal Cost)> Read(
        IGrainFactory grains,
        InstallationId id,
        CancellationToken cancellationToken
    )
    {
        var answer = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken);
        if (answer is null)
        {
            return default;
        }

        var day = MarketCalendar.Shanghai.DayOf(answer.At);
        var month = new DateOnly(day.Year, day.Month, 1);
        var bill = await grains.GetGrain<IBillGrain>(GrainKeys.Bill(id.Seller, month)).Read(id.Plugin, cancellationToken);
        return (answer.State.Disabling is null, answer.Phase == InstallationPhase.Running, bill.Total.Amount);
    }
}
