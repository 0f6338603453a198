using System.Collections.Immutable;
using CsCheck;
using Marketplace.Certification.Manifests;
using Marketplace.Certification.Rules;

namespace Marketplace.Certification.Tests;

/// <summary>A rise is found exactly where some day costs more.</summary>
public sealed class PriceChangeTests
{
    private static readonly Gen<ManifestPrices> Prices = Gen.Select(Gen.Int[1, 10], Gen.Int[0, 3])
        .Array[1, 4]
        .Select(steps =>
        {
            var upTo = 0L;
            return new ManifestPrices(
                Fixtures.Today,
                [.. steps.Select(step => new ManifestTier(upTo += step.Item1, step.Item2 * 0.01m))],
                null
            );
        });

    [Fact]
    public void Prices_rise_if_some_number_of_calls_costs_more_or_is_refused() =>
        Gen.Select(Prices, Prices)
            .Sample(
                (before, after) =>
                {
                    var limit = (int)before.Tiers[^1].UpTo;
                    var rises = Enumerable
                        .Range(1, limit)
                        .Any(calls => calls > after.Tiers[^1].UpTo || Cost(after, calls) > Cost(before, calls));

                    Assert.Equal(rises, PriceChange.Rises(before, after));
                }
            );

    [Fact]
    public void A_dearer_or_dropped_add_on_is_a_rise_and_a_new_one_is_not()
    {
        var before = With(("terms", 299m), ("rates", 499m));

        Assert.True(PriceChange.Rises(before, With(("terms", 299.01m), ("rates", 499m))));
        Assert.True(PriceChange.Rises(before, With(("terms", 299m))));
        Assert.False(PriceChange.Rises(before, With(("terms", 299m), ("rates", 499m), ("more", 1_899m))));
        Assert.True(PriceChange.IsAny(before, With(("terms", 299m))));
        Assert.False(PriceChange.IsAny(before, With(("rates", 499m), ("terms", 299m))));
    }

    private static decimal Cost(ManifestPrices prices, int calls) =>
        Enumerable.Range(1, calls).Sum(number => prices.Tiers.First(tier => number <= tier.UpTo).UnitPrice);

    private static ManifestPrices With(params (string Id, decimal Monthly)[] addOns)
    {
        var text = new LocalTexts("一", "one");
        ImmutableArray<ManifestAddOn> all = [.. addOns.Select(addOn => new ManifestAddOn(addOn.Id, text, addOn.Monthly, text))];
        return new ManifestPrices(Fixtures.Today, [new ManifestTier(1_000, 0m)], all);
    }
}
