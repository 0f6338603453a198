using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Quotas;

namespace Marketplace.Certification.Manifests;

/// <summary>What the catalogue shows of a plugin whose manifest is listed.</summary>
public static class ManifestEntry
{
    private const string EuRegion = "eu";

    /// <summary>The entry of a listed version. The manifest has passed the gate; nothing is checked again.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="hash">The hash that the version is addressed by.</param>
    /// <param name="developer">The developer's name; a manifest does not say it.</param>
    /// <param name="priceBook">The number of the price book, 1 or more.</param>
    /// <param name="listedAt">When the plugin was first listed.</param>
    /// <param name="updatedAt">When this version was.</param>
    public static CatalogueEntry Of(
        Manifest manifest,
        string hash,
        string? developer,
        int priceBook,
        DateTimeOffset listedAt,
        DateTimeOffset updatedAt
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new CatalogueEntry(
            PluginId.Parse(manifest.Plugin, null),
            true,
            CatalogueFacets.CategoryOf(manifest.Category),
            ListingOf(manifest, hash, developer),
            ScopesOf(manifest),
            PricesOf(manifest, priceBook),
            RegionOf(manifest),
            listedAt,
            updatedAt
        );
    }

    /// <summary>Texts and facets, as a profile has them.</summary>
    public static PluginListing ListingOf(Manifest manifest, string hash, string? developer)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new PluginListing(Text(manifest.Name), Text(manifest.Summary), Text(manifest.Description), developer)
        {
            Services = manifest.Services,
            Markets = manifest.Markets,
            Regimes = manifest.Regimes ?? [],
            Erps = manifest.Erps ?? [],
            Languages = manifest.Languages,
            AddOns =
            [
                .. (manifest.Prices.AddOns ?? []).Select(addOn => new AddOn(
                    addOn.Id,
                    Text(addOn.Name),
                    addOn.Monthly,
                    Text(addOn.Unlocks)
                )),
            ],
            Claims =
            [
                .. (manifest.Claims ?? []).Select(claim => new VerifiedClaim(Text(claim.Text), claim.Verifier, claim.Date, claim.Document)),
            ],
            Scenarios = manifest.Scenarios ?? [],
            Manifest = hash,
        };
    }

    /// <summary>The scopes and what a seller accepts with them, as a profile has them.</summary>
    public static PluginManifest ScopesOf(Manifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ImmutableArray<ScopeDeclaration> scopes =
        [
            .. manifest
                .Scopes.Select(scope => new ScopeDeclaration(scope.Scope, scope.Required, Text(scope.Purpose), Text(scope.Without))
                {
                    Touches = scope.Touches,
                })
                .OrderBy(scope => scope.Scope, StringComparer.Ordinal),
        ];
        var support = new SupportContact(manifest.Support.Email, manifest.Support.Page);
        return new PluginManifest(1, scopes, Agreement.Standard, support, []) { Schema = manifest.Schema };
    }

    /// <summary>The graduated prices of a day's calls.</summary>
    internal static PriceBook PricesOf(Manifest manifest, int number) =>
        new(number, [.. manifest.Prices.Tiers.Select(static tier => new PriceTier(tier.UpTo, tier.UnitPrice))]);

    /// <summary>Frankfurt if all endpoints that data arrive at are there; one elsewhere is enough for data to leave the EU.</summary>
    internal static DataRegion RegionOf(Manifest manifest) =>
        DataRegion.Parse(
            manifest
                .Endpoints.Where(endpoint => endpoint.Kind != "redirect")
                .Select(endpoint => endpoint.Region)
                .DefaultIfEmpty("cn")
                .All(region => region == EuRegion)
                ? "eu-frankfurt"
                : "cn"
        );

    private static BilingualText Text(LocalTexts texts) => new(texts.Zh, texts.En);
}
