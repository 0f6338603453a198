using System.Collections.Immutable;

namespace Marketplace.Catalogue.Search;

/// <summary>The facets of catalogue entries and their values.</summary>
public static class CatalogueFacets
{
    public const string Category = "category";
    public const string Service = "service";
    public const string Market = "market";
    public const string Regime = "regime";
    public const string Erp = "erp";
    public const string Language = "language";
    public const string Badge = "badge";
    public const string Region = "region";
    public const string Price = "price";
    public const string Scenario = "scenario";

    /// <summary>The value of <see cref="Market"/> for a plugin that is made for all markets; it meets a filter for any market.</summary>
    public const string AllMarkets = "*";

    /// <summary>All facets, in the order in which they are shown.</summary>
    public static ImmutableArray<string> All { get; } = [Category, Service, Market, Regime, Erp, Language, Badge, Region, Price, Scenario];

    /// <summary>The category as manifests and the API write it.</summary>
    public static string Text(this PluginCategory category) =>
        category switch
        {
            PluginCategory.OrderProcessing => "order-processing",
            PluginCategory.Logistics => "logistics",
            PluginCategory.ComplianceAndLocalisation => "compliance-localisation",
            PluginCategory.DataDashboard => "data-dashboard",
            _ => throw new ArgumentOutOfRangeException(nameof(category)),
        };

    /// <summary>The category that a manifest names.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static PluginCategory CategoryOf(string text)
    {
        foreach (var category in Enum.GetValues<PluginCategory>())
        {
            if (category.Text() == text)
            {
                return category;
            }
        }

        throw new FormatException($"'{text}' is no category.");
    }

    /// <summary>The values of an entry in all facets; each once.</summary>
    public static IEnumerable<(string Facet, string Value)> Of(CatalogueEntry entry, PluginMeasures measures)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var listing = entry.Listing;
        return Values(Category, [entry.Category.Text()])
            .Concat(Values(Service, listing.Services))
            .Concat(Values(Market, listing.Markets is [] ? [AllMarkets] : listing.Markets))
            .Concat(Values(Regime, listing.Regimes))
            .Concat(Values(Erp, listing.Erps))
            .Concat(Values(Language, listing.Languages))
            .Concat(Values(Badge, PluginBadges.Of(entry, measures)))
            .Concat(Values(Region, entry.Region.Value is "" ? [] : [entry.Region.Value]))
            .Concat(Values(Price, PricesOf(entry)))
            .Concat(Values(Scenario, listing.Scenarios))
            .Distinct();
    }

    /// <summary><c>free</c> if nothing costs anything; otherwise what costs something: <c>per-call</c>, <c>add-ons</c>.</summary>
    private static ImmutableArray<string> PricesOf(CatalogueEntry entry) =>
        (entry.PriceFrom > 0, entry.Listing.AddOns.Any(static addOn => addOn.Monthly > 0)) switch
        {
            (true, true) => ["per-call", "add-ons"],
            (true, false) => ["per-call"],
            (false, true) => ["add-ons"],
            _ => ["free"],
        };

    private static IEnumerable<(string, string)> Values(string facet, ImmutableArray<string> values) =>
        values.Select(value => (facet, value));
}
