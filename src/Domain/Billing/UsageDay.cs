using System.Collections.Immutable;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>One installation's settled calls of a day, and what they cost.</summary>
/// <param name="Day">The day of business.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="ByTier">By tier, the lowest first; tiers without calls are absent.</param>
/// <param name="Amount">The exact sum of the tiers.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-day")]
public sealed record UsageDay(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] long Calls,
    [property: Id(2)] ImmutableArray<TierUsage> ByTier,
    [property: Id(3)] Money Amount
)
{
    /// <summary>Maximum days of one range.</summary>
    public const int MaxDays = 92;

    /// <summary>Reads the day from its metered state.</summary>
    public static UsageDay Of(MeteredDay day)
    {
        ArgumentNullException.ThrowIfNull(day);
        return new UsageDay(
            day.Day,
            day.Calls,
            [
                .. day
                    .Tallies.GroupBy(static tally => tally.Tier)
                    .OrderBy(static tier => tier.Key)
                    .Select(tier => TierUsage.Of(day.Prices, tier.Key, tier.Sum(static tally => tally.Calls))),
            ],
            day.Amount
        );
    }
}

/// <summary>The calls of a day in one tier.</summary>
/// <param name="Tier">As on bills, for example <c>1001-5000</c>.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="UnitPrice">Price of each.</param>
/// <param name="Amount">Price of all.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.tier-usage")]
public sealed record TierUsage(
    [property: Id(0)] string Tier,
    [property: Id(1)] long Calls,
    [property: Id(2)] decimal UnitPrice,
    [property: Id(3)] decimal Amount
)
{
    internal static TierUsage Of(PriceBook prices, int tier, long calls) =>
        new(prices.TierName(tier), calls, prices.Tiers[tier].UnitPrice, prices.Tiers[tier].UnitPrice * calls);
}
