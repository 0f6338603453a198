using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Silo.Demo.Market;

namespace Marketplace.Silo.Demo;

/// <summary>The fictitious plugins and sellers of demo mode.</summary>
internal static class DemoCatalogue
{
    private static DataRegion Region { get; } = DataRegion.Parse("cn");

    public static ImmutableArray<PluginProfile> Plugins { get; } =
    [
        Plugin(
            "order-pilot",
            "订单领航 Order Pilot",
            PluginCategory.OrderProcessing,
            "logistics.read",
            "logistics.write",
            "orders.flag",
            "orders.merge",
            "orders.read",
            "orders.split"
        ),
        Plugin(
            "label-printer",
            "面单快印 Label Printer",
            PluginCategory.Logistics,
            "logistics.label.write",
            "logistics.rate.read",
            "logistics.read",
            "logistics.write",
            "orders.read"
        ),
        Plugin("epr-helper", "EPR 助手 EPR Helper", PluginCategory.ComplianceAndLocalisation, "orders.read", "products.read"),
        Plugin("lingua", "多语译 Lingua", PluginCategory.ComplianceAndLocalisation, "products.read", "products.write"),
        Plugin("sales-board", "销量看板 Sales Board", PluginCategory.DataDashboard, "orders.read", "products.read"),
        Plugin(
            "peak-dashboard",
            "大促看板 Peak Dashboard",
            PluginCategory.DataDashboard,
            "logistics.read",
            "orders.flag",
            "orders.read",
            "products.read"
        ) with
        {
            // A price book with further tiers: for plugins with millions of calls a day (R34, R51).
            Prices = new PriceBook(
                1,
                [
                    new PriceTier(1_000, 0.000m),
                    new PriceTier(5_000, 0.020m),
                    new PriceTier(20_000, 0.015m),
                    new PriceTier(1_000_000_000, 0.010m),
                ]
            ),
            Burst = new BurstLimit(1_000_000, 1_000_000),
        },
    ];

    public static ImmutableArray<string> Sellers { get; } = ["shenzhen-lamp", "yiwu-toys", "hangzhou-silk"];

    /// <summary>Each has all certified scopes of its plugin, except the last one, which lacks orders.read.</summary>
    public static ImmutableArray<(InstallationId Id, ImmutableArray<string> Grants)> Installations { get; } =
    [
        Installed("shenzhen-lamp/order-pilot"),
        Installed("shenzhen-lamp/label-printer"),
        Installed("shenzhen-lamp/sales-board"),
        Installed("yiwu-toys/order-pilot"),
        Installed("yiwu-toys/lingua"),
        Installed("hangzhou-silk/epr-helper"),
        (InstallationId.Parse("hangzhou-silk/sales-board", null), ["products.read"]),
    ];

    private static PluginProfile Plugin(string id, string name, PluginCategory category, params ImmutableArray<string> scopes) =>
        new(PluginId.Parse(id, null), name, category, true, scopes, PriceBook.Standard, BurstLimit.Standard, Region)
        {
            Manifest = DemoManifests.Of(id),
            Listing = DemoMarket.ListingOf(id),
        };

    private static (InstallationId Id, ImmutableArray<string> Grants) Installed(string text)
    {
        var id = InstallationId.Parse(text, null);
        return (id, Plugins.Single(plugin => plugin.Id == id.Plugin).Scopes);
    }
}
