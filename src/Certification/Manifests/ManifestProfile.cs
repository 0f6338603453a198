using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Quotas;

namespace Marketplace.Certification.Manifests;

/// <summary>What a listed manifest makes of a plugin: what sellers are shown, asked for and charged, and where data stay.</summary>
public static class ManifestProfile
{
    /// <summary>The profile. The manifest has passed the gate; nothing is checked again.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="hash">The hash that the version is addressed by.</param>
    /// <param name="developer">The developer's name.</param>
    /// <param name="number">The number of the version, from 1: that of its price book and of what sellers accept.</param>
    public static PluginProfile Of(Manifest manifest, string hash, string? developer, int number)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new PluginProfile(
            PluginId.Parse(manifest.Plugin, null),
            manifest.Name.Zh,
            CatalogueFacets.CategoryOf(manifest.Category),
            true,
            [.. manifest.Scopes.Select(static scope => scope.Scope).Order(StringComparer.Ordinal)],
            ManifestEntry.PricesOf(manifest, number),
            BurstLimit.Standard,
            ManifestEntry.RegionOf(manifest)
        )
        {
            Manifest = ManifestEntry.ScopesOf(manifest) with { Version = number },
            Listing = ManifestEntry.ListingOf(manifest, hash, developer),
        };
    }
}
