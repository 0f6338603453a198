using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;

namespace Marketplace.Api.CatalogueApi;

/// <summary>A page of the catalogue.</summary>
/// <param name="Plugins">In the order that was asked for.</param>
/// <param name="Total">Plugins of all pages.</param>
/// <param name="Facets">
/// By facet and value, how many plugins there would be if the value were the facet's only filter; the other filters and the words hold.
/// </param>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
internal sealed record CatalogueListView(
    IReadOnlyList<CatalogueCardView> Plugins,
    int Total,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Facets,
    string? NextCursor
);

/// <summary>What a list shows of a plugin.</summary>
/// <param name="Id">The plugin's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Summary">One or two sentences; empty if there are none.</param>
/// <param name="Developer">Who made it; null if it is not known.</param>
/// <param name="Category">One of the four categories.</param>
/// <param name="Services">Kinds of service.</param>
/// <param name="Markets">Countries of buyers; empty for all.</param>
/// <param name="Regimes">Legal regimes.</param>
/// <param name="Erps">ERP systems that it connects.</param>
/// <param name="Languages">Languages of its own pages.</param>
/// <param name="Badges">Earned by what was measured.</param>
/// <param name="Region">The region that processes its data.</param>
/// <param name="Quality">What the platform has measured; null before the first delivery.</param>
/// <param name="Installs">Active installations.</param>
/// <param name="PriceFrom">The first price of a call that is not free; 0 if all are.</param>
/// <param name="FreeCalls">Calls of a day before it.</param>
/// <param name="Currency">Of the prices.</param>
/// <param name="Scopes">What it asks of a seller.</param>
/// <param name="SensitiveScopes">Those of them that read or write sensitive data.</param>
/// <param name="Installation">
/// The state of the seller's installation; null for a question without a seller, and if it never enabled the plugin.
/// </param>
internal sealed record CatalogueCardView(
    string Id,
    BilingualText Name,
    BilingualText Summary,
    string? Developer,
    string Category,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Markets,
    IReadOnlyList<string> Regimes,
    IReadOnlyList<string> Erps,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Badges,
    string Region,
    QualityView? Quality,
    int Installs,
    decimal PriceFrom,
    long FreeCalls,
    string Currency,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> SensitiveScopes,
    string? Installation
)
{
    public static CatalogueCardView Of(CatalogueItem item, string? installation)
    {
        var (entry, listing) = (item.Entry, item.Entry.Listing);
        string[] scopes = [.. entry.Manifest.Scopes.Select(scope => scope.Scope)];
        return new CatalogueCardView(
            entry.Plugin.Value,
            listing.Name,
            listing.Summary,
            listing.Developer,
            entry.Category.Text(),
            listing.Services,
            listing.Markets,
            listing.Regimes,
            listing.Erps,
            listing.Languages,
            PluginBadges.Of(entry, item.Measures),
            entry.Region.Value,
            QualityView.Of(item.Measures),
            item.Measures.Installs,
            entry.PriceFrom,
            entry.FreeCalls,
            entry.Prices.Currency,
            scopes,
            [.. scopes.Where(scope => ScopeCatalogue.Of(scope).IsSensitive)],
            installation
        );
    }
}

/// <summary>How a plugin's receiver answered webhooks, measured by the platform over all installations (nearest rank).</summary>
/// <param name="MeasuredAt">When.</param>
/// <param name="Days">Days of the window before it.</param>
/// <param name="Sample">Attempts in the window.</param>
/// <param name="MeanMs">Mean latency of answered attempts.</param>
/// <param name="P50Ms">Half of the answers came within it.</param>
/// <param name="P95Ms">95 % came within it.</param>
/// <param name="P99Ms">99 % came within it.</param>
/// <param name="Success">Share of attempts that were accepted, 0–1.</param>
/// <param name="Accuracy">Share of deliveries that were in time and complete, 0–1; null without one.</param>
/// <param name="AccuracySample">Deliveries that the accuracy is of.</param>
internal sealed record QualityView(
    DateTimeOffset MeasuredAt,
    int Days,
    long Sample,
    double MeanMs,
    int P50Ms,
    int P95Ms,
    int P99Ms,
    double Success,
    double? Accuracy,
    long AccuracySample
)
{
    public static QualityView? Of(PluginMeasures measures) =>
        measures.Quality is { } quality
            ? new QualityView(
                measures.At,
                quality.Days,
                quality.Sample,
                Math.Round(quality.MeanMs, 1),
                quality.P50Ms,
                quality.P95Ms,
                quality.P99Ms,
                Math.Round(quality.Success, 4),
                quality.Accuracy,
                quality.AccuracySample
            )
            : null;
}

/// <summary>All that the catalogue has of a plugin.</summary>
/// <param name="Plugin">What a list shows of it.</param>
/// <param name="Description">The whole text; empty if there is none.</param>
/// <param name="Scopes">What it asks of a seller, and why.</param>
/// <param name="Agreement">What a seller accepts with the consent.</param>
/// <param name="Support">The plugin's own support; null if it has none.</param>
/// <param name="Prices">The price book in force.</param>
/// <param name="NextPrices">The next version that is announced; null without one.</param>
/// <param name="AddOns">Monthly subscriptions.</param>
/// <param name="Claims">Statements verified by others.</param>
/// <param name="Scenarios">Tags of what sellers do with it.</param>
/// <param name="ListedAt">Since when it is in the catalogue.</param>
/// <param name="UpdatedAt">When what it says of itself changed last.</param>
internal sealed record CatalogueDetailView(
    CatalogueCardView Plugin,
    BilingualText Description,
    IReadOnlyList<CatalogueScopeView> Scopes,
    CatalogueAgreementView Agreement,
    SupportContact? Support,
    CataloguePricesView Prices,
    CatalogueNextPricesView? NextPrices,
    IReadOnlyList<AddOn> AddOns,
    IReadOnlyList<VerifiedClaim> Claims,
    IReadOnlyList<string> Scenarios,
    DateTimeOffset ListedAt,
    DateTimeOffset UpdatedAt
)
{
    public static CatalogueDetailView Of(CatalogueItem item, string? installation)
    {
        var (entry, agreement) = (item.Entry, item.Entry.Manifest.Agreement);
        return new CatalogueDetailView(
            CatalogueCardView.Of(item, installation),
            entry.Listing.Description,
            [.. entry.Manifest.Scopes.Select(CatalogueScopeView.Of)],
            new CatalogueAgreementView(agreement.Version, agreement.Hash, agreement.Text),
            entry.Manifest.Support,
            new CataloguePricesView(entry.Prices.Version, entry.Prices.Currency, entry.Prices.DailyLimit, entry.Prices.Tiers),
            entry.PriceChanges is { IsDefaultOrEmpty: false } changes ? CatalogueNextPricesView.Of(changes[0]) : null,
            entry.Listing.AddOns,
            entry.Listing.Claims,
            entry.Listing.Scenarios,
            entry.ListedAt,
            entry.UpdatedAt
        );
    }
}

/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Risk">r1, r2, w1 or w2.</param>
/// <param name="Required">True if the plugin cannot work without it.</param>
/// <param name="Purpose">What the plugin needs it for.</param>
/// <param name="Without">What does not work without it.</param>
internal sealed record CatalogueScopeView(
    string Scope,
    BilingualText Name,
    string Risk,
    bool Required,
    BilingualText Purpose,
    BilingualText Without
)
{
    public static CatalogueScopeView Of(ScopeDeclaration declared)
    {
        var info = ScopeCatalogue.Of(declared.Scope);
        return new(declared.Scope, info.Name, info.Risk.Text(), declared.Required, declared.Purpose, declared.Without);
    }
}

/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of the text; what a consent names.</param>
/// <param name="Text">The text.</param>
internal sealed record CatalogueAgreementView(string Version, string Hash, BilingualText Text);

/// <param name="Version">The number of the plugin's price book.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="DailyLimit">Calls of a day; those beyond are refused.</param>
/// <param name="Tiers">Graduated prices of the calls of a day.</param>
internal sealed record CataloguePricesView(int Version, string Currency, long DailyLimit, IReadOnlyList<PriceTier> Tiers);

/// <param name="EffectiveFrom">The first day, in Asia/Shanghai, with these prices.</param>
/// <param name="Version">The number of the price book.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="DailyLimit">Calls of a day; those beyond are refused.</param>
/// <param name="Tiers">Graduated prices of the calls of a day.</param>
internal sealed record CatalogueNextPricesView(
    DateOnly EffectiveFrom,
    int Version,
    string Currency,
    long DailyLimit,
    IReadOnlyList<PriceTier> Tiers
)
{
    public static CatalogueNextPricesView Of(PriceVersion next) =>
        new(next.EffectiveFrom, next.Book.Version, next.Book.Currency, next.Book.DailyLimit, next.Book.Tiers);
}

/// <summary>JSON of the catalogue.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CatalogueListView))]
[JsonSerializable(typeof(CatalogueDetailView))]
internal sealed partial class CatalogueApiJson : JsonSerializerContext
{
    /// <summary>The default options with unescaped Chinese.</summary>
    public static CatalogueApiJson Readable => field ??= new(Default.Options.Readable());
}
