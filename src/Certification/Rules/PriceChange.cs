using System.Collections.Immutable;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Rules;

/// <summary>Compares two price lists.</summary>
internal static class PriceChange
{
    /// <summary>True if any price differs.</summary>
    public static bool IsAny(ManifestPrices before, ManifestPrices after) =>
        !before.Tiers.SequenceEqual(after.Tiers) || !PriceOf(before).SequenceEqual(PriceOf(after));

    /// <summary>
    /// True if some number of calls, or an add-on, costs more than before, or what could be had before cannot be had any more.
    /// </summary>
    public static bool Rises(ManifestPrices before, ManifestPrices after)
    {
        // Each tier is linear, so one list is dearer than the other at a bound of a tier or nowhere.
        var bounds = before.Tiers.Concat(after.Tiers).Select(static tier => tier.UpTo).Where(calls => calls <= before.Tiers[^1].UpTo);
        return after.Tiers[^1].UpTo < before.Tiers[^1].UpTo
            || bounds.Any(calls => Rate(after.Tiers, calls) > Rate(before.Tiers, calls))
            || PriceOf(before).Any(old => !PriceOf(after).TryGetValue(old.Key, out var now) || now > old.Value);
    }

    private static decimal Rate(ImmutableArray<ManifestTier> tiers, long calls)
    {
        var (amount, below) = (0m, 0L);
        foreach (var tier in tiers)
        {
            amount += Math.Max(0, Math.Min(calls, tier.UpTo) - below) * tier.UnitPrice;
            below = Math.Max(below, tier.UpTo);
        }

        return amount;
    }

    private static ImmutableSortedDictionary<string, decimal> PriceOf(ManifestPrices prices) =>
        (prices.AddOns ?? [])
            .GroupBy(static addOn => addOn.Id)
            .ToImmutableSortedDictionary(static group => group.Key, static group => group.First().Monthly, StringComparer.Ordinal);
}
