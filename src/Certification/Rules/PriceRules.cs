using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Certification.Rules;

/// <summary>Rules about prices (R52, R54).</summary>
internal static class PriceRules
{
    public static ImmutableArray<GateRule> All { get; } =
    [
        new("tiers-rise", GateSeverity.Blocking, "The bounds of the tiers rise.", TiersRise),
        new("add-on-price", GateSeverity.Blocking, "An add-on costs what the policy allows.", AddOnPrice),
        new("add-on-repeated", GateSeverity.Blocking, "Every add-on has an id of its own.", AddOnRepeated),
        new("price-past", GateSeverity.Blocking, "Prices do not begin to hold on a day that has passed.", Past),
        new("price-notice", GateSeverity.Blocking, "A rise, and the end of an add-on, is announced in time.", Notice, GateNeed.Listed),
        new("price-announced", GateSeverity.Blocking, "Prices that were announced come as announced.", Announced, GateNeed.Listed),
    ];

    private static IEnumerable<Objection> TiersRise(GateInput input)
    {
        var tiers = input.Manifest.Prices.Tiers;
        return from index in Enumerable.Range(1, tiers.Length - 1)
            where tiers[index].UpTo <= tiers[index - 1].UpTo
            select new Objection(
                $"/prices/tiers/{index}/up_to",
                tiers[index].UpTo.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"More than {tiers[index - 1].UpTo}.")
            );
    }

    private static IEnumerable<Objection> AddOnPrice(GateInput input) =>
        (input.Manifest.Prices.AddOns ?? [])
            .Select(static (addOn, index) => (AddOn: addOn, Index: index))
            .Where(item => item.AddOn.Monthly < input.Policy.MinAddOn || item.AddOn.Monthly > input.Policy.MaxAddOn)
            .Select(item => new Objection(
                $"/prices/add_ons/{item.Index}/monthly",
                item.AddOn.Monthly.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{input.Policy.MinAddOn} to {input.Policy.MaxAddOn} CNY a month."),
                item.AddOn.Id
            ));

    private static IEnumerable<Objection> AddOnRepeated(GateInput input)
    {
        var addOns = input.Manifest.Prices.AddOns ?? [];
        return from index in Enumerable.Range(0, addOns.Length)
            where addOns.Take(index).Any(earlier => earlier.Id == addOns[index].Id)
            select new Objection($"/prices/add_ons/{index}/id", $"{addOns[index].Id} is declared before.", "Another id.", addOns[index].Id);
    }

    private static IEnumerable<Objection> Past(GateInput input)
    {
        var isNew =
            input.Listed is not { } listed
            || listed.Prices.EffectiveFrom != input.Manifest.Prices.EffectiveFrom
            || PriceChange.IsAny(listed.Prices, input.Manifest.Prices);
        if (isNew && input.Manifest.Prices.EffectiveFrom < input.AsOf)
        {
            yield return new Objection(
                "/prices/effective_from",
                input.Manifest.Prices.EffectiveFrom.Text(),
                $"{input.AsOf.Text()} or later."
            );
        }
    }

    private static IEnumerable<Objection> Notice(GateInput input)
    {
        var earliest = input.AsOf.AddDays(input.Policy.NoticeOfRise);
        if (
            input.Listed is { } listed
            && IsInForce(listed.Prices.EffectiveFrom, input)
            && PriceChange.Rises(listed.Prices, input.Manifest.Prices)
            && input.Manifest.Prices.EffectiveFrom < earliest
        )
        {
            yield return new Objection(
                "/prices/effective_from",
                $"Prices rise, or an add-on ends, on {input.Manifest.Prices.EffectiveFrom.Text()}.",
                $"{earliest.Text()} or later: {input.Policy.NoticeOfRise} days' notice."
            );
        }
    }

    /// <summary>
    /// While announced prices are not in force yet, others cannot be judged: the listed manifest does not say what is in force now.
    /// </summary>
    private static IEnumerable<Objection> Announced(GateInput input)
    {
        if (
            input.Listed is { } listed
            && !IsInForce(listed.Prices.EffectiveFrom, input)
            && (
                listed.Prices.EffectiveFrom != input.Manifest.Prices.EffectiveFrom
                || PriceChange.IsAny(listed.Prices, input.Manifest.Prices)
            )
        )
        {
            yield return new Objection(
                "/prices",
                "They are other prices than those announced.",
                $"The announced prices from {listed.Prices.EffectiveFrom.Text()}; others can follow after that day."
            );
        }
    }

    private static bool IsInForce(DateOnly effectiveFrom, GateInput input) => effectiveFrom <= input.AsOf;
}
