using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Quotas;

namespace Marketplace.Silo.Demo.Market;

/// <summary>
/// The made-up plugins that fill the demo's catalogue, from <c>market.json</c>: each is a template of what plugins do under the brand of a
/// developer. Together with <see cref="DemoCatalogue.Plugins"/> they are 187, 77/54/34/22 by category (R03, R26).
/// </summary>
internal static class DemoMarket
{
    private static readonly MarketFile File = Load();

    private static readonly ImmutableDictionary<string, PriceBook> Books = new Dictionary<string, PriceBook>
    {
        ["standard"] = PriceBook.Standard,
        ["free"] = new(1, [new PriceTier(20_000, 0m)]),
        ["low"] = new(1, [new PriceTier(500, 0m), new PriceTier(20_000, 0.012m)]),
        ["bulk"] = new(1, [new PriceTier(2_000, 0m), new PriceTier(10_000, 0.018m), new PriceTier(100_000, 0.010m)]),
    }.ToImmutableDictionary();

    /// <summary>The plugins of the file, without those of <see cref="DemoCatalogue"/>.</summary>
    public static ImmutableArray<PluginProfile> Plugins { get; } = [.. File.Plugins.Select(Profile)];

    /// <summary>What the catalogue shows of a plugin of <see cref="DemoCatalogue"/>.</summary>
    public static PluginListing ListingOf(string plugin)
    {
        var listing = File.Listings[plugin];
        return new PluginListing(listing.Name, listing.Summary, listing.Description, listing.Developer)
        {
            Services = listing.Services,
            Markets = listing.Markets ?? [],
            Regimes = listing.Regimes ?? [],
            Languages = listing.Languages,
            AddOns = listing.AddOns ?? [],
            Scenarios = listing.Scenarios,
        };
    }

    private static PluginProfile Profile(MarketPlugin plugin)
    {
        var brand = File.Brands.Single(brand => brand.Id == plugin.Brand);
        var template = File.Templates.Single(template => template.Id == plugin.Template);
        var id = $"{brand.Id}-{template.Id}";
        var listing = ListingOf(brand, template, plugin);
        return new PluginProfile(
            PluginId.Parse(id, null),
            $"{listing.Name.Zh} {listing.Name.En}",
            CatalogueFacets.CategoryOf(template.Category),
            true,
            [.. template.Required.Concat(template.Optional).Order(StringComparer.Ordinal)],
            Books[plugin.Prices],
            BurstLimit.Standard,
            DataRegion.Parse(plugin.Region ?? "cn")
        )
        {
            Manifest = ManifestOf(id, template),
            Listing = listing,
        };
    }

    private static PluginListing ListingOf(MarketBrand brand, MarketTemplate template, MarketPlugin plugin) =>
        new(
            new BilingualText(brand.Name.Zh + template.Name.Zh, $"{brand.Name.En} {template.Name.En}"),
            template.Summary,
            template.Description,
            brand.Developer
        )
        {
            Services = template.Services,
            Markets = template.Markets ?? plugin.Markets ?? [],
            Regimes = template.Regimes ?? [],
            Erps = template.Erps ?? [],
            Languages = ["zh-CN", "en", .. template.Languages ?? []],
            AddOns = template.AddOns ?? [],
            Scenarios = template.Scenarios,
        };

    private static PluginManifest ManifestOf(string id, MarketTemplate template)
    {
        var required = template.Required.Select(scope => Declare(scope, required: true));
        var optional = template.Optional.Select(scope => Declare(scope, required: false));
        var support = new SupportContact($"support@{id}.example", $"https://{id}.example/support");
        return new PluginManifest(1, [.. required.Concat(optional)], Agreement.Standard, support, []);
    }

    private static ScopeDeclaration Declare(string scope, bool required)
    {
        var info = ScopeCatalogue.Of(scope);
        return new ScopeDeclaration(scope, required, info.Purpose, info.Without);
    }

    private static MarketFile Load()
    {
        using var stream = typeof(DemoMarket).Assembly.GetManifestResourceStream("market.json")
            ?? throw new InvalidOperationException("market.json is missing from the program.");
        return JsonSerializer.Deserialize(stream, MarketJson.Default.MarketFile)
            ?? throw new InvalidOperationException("market.json is empty.");
    }
}

internal sealed record MarketFile(
    ImmutableArray<MarketBrand> Brands,
    ImmutableArray<MarketTemplate> Templates,
    ImmutableDictionary<string, MarketListing> Listings,
    ImmutableArray<MarketPlugin> Plugins
);

internal sealed record MarketBrand(string Id, BilingualText Name, string Developer);

internal sealed record MarketTemplate(
    string Id,
    string Category,
    BilingualText Name,
    ImmutableArray<string> Services,
    ImmutableArray<string> Required,
    ImmutableArray<string> Optional,
    BilingualText Summary,
    BilingualText Description,
    ImmutableArray<string> Scenarios,
    ImmutableArray<string>? Markets,
    ImmutableArray<string>? Regimes,
    ImmutableArray<string>? Erps,
    ImmutableArray<string>? Languages,
    ImmutableArray<AddOn>? AddOns
);

internal sealed record MarketListing(
    BilingualText Name,
    BilingualText Summary,
    BilingualText Description,
    string Developer,
    ImmutableArray<string> Services,
    ImmutableArray<string> Languages,
    ImmutableArray<string> Scenarios,
    ImmutableArray<string>? Markets,
    ImmutableArray<string>? Regimes,
    ImmutableArray<AddOn>? AddOns
);

/// <param name="Brand">A brand's id.</param>
/// <param name="Template">A template's id.</param>
/// <param name="Prices">Which price book.</param>
/// <param name="Region">Null for <c>cn</c>.</param>
/// <param name="Markets">Where the template names none; null for all.</param>
internal sealed record MarketPlugin(string Brand, string Template, string Prices, string? Region, ImmutableArray<string>? Markets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MarketFile))]
internal sealed partial class MarketJson : JsonSerializerContext;
