using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Quotas;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>Plugins of the tests, beside those of the demo catalogue: small limits make limits quick to reach.</summary>
internal static class TestPlugins
{
    /// <summary>May do everything, and often.</summary>
    public const string Everything = "everything";

    /// <summary>3 calls free, 2 at 0.020, 2 at 0.015, then none.</summary>
    public const string Few = "few-calls";

    /// <summary>Three at once, two a second.</summary>
    public const string Slow = "slow-pace";

    /// <summary>Nobody's: what its client does reaches no installation of other tests.</summary>
    public const string Unused = "unused";

    /// <summary>Has one endpoint for all its installations; one test class sets it.</summary>
    public const string Shared = "shared-endpoint";

    /// <summary>Where the seller's browser is sent back to; nothing listens there.</summary>
    public static readonly Uri RedirectUri = new("http://127.0.0.1:5099/callback");

    /// <summary>Requires to read orders, and products from its second version on; one test registers that.</summary>
    public const string Versioned = "versioned";

    public static readonly ImmutableArray<string> AllScopes =
    [
        "logistics.label.write",
        "logistics.rate.read",
        "logistics.read",
        "logistics.write",
        "orders.flag",
        "orders.merge",
        "orders.read",
        "orders.split",
        "products.read",
        "products.write",
        "upstream.use",
    ];

    private static readonly BurstLimit Unlimited = new(1_000_000, 1_000_000);

    public static ImmutableArray<PluginProfile> All { get; } =
    [
        Plugin(Everything, new PriceBook(1, [new PriceTier(1_000_000_000, 0.000m)]), Unlimited),
        Plugin(Few, new PriceBook(1, [new PriceTier(3, 0.000m), new PriceTier(5, 0.020m), new PriceTier(7, 0.015m)]), Unlimited),
        Plugin(Slow, PriceBook.Standard, new BurstLimit(3, 2)),
        Plugin(Unused, PriceBook.Standard, Unlimited),
        Plugin(Shared, PriceBook.Standard, Unlimited),
        Version(1, "orders.read"),
    ];

    public static PluginProfile VersionedNext => Version(2, "orders.read", "products.read");

    private static PluginProfile Version(int version, params string[] scopes)
    {
        var words = new BilingualText("用途", "purpose");
        return Plugin(Versioned, PriceBook.Standard, Unlimited) with
        {
            Scopes = [.. AllScopes.Where(scope => scopes.Contains(scope) || scope == "products.read")],
            Manifest = new PluginManifest(
                version,
                [.. scopes.Select(scope => new ScopeDeclaration(scope, true, words, words))],
                Agreement.Standard,
                null,
                []
            ),
        };
    }

    private static PluginProfile Plugin(string id, PriceBook prices, BurstLimit burst) =>
        new(PluginId.Parse(id, null), id, PluginCategory.OrderProcessing, true, AllScopes, prices, burst, DataRegion.Parse("cn"));
}
