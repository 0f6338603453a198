using System.Collections.Immutable;

namespace Marketplace.Billing;

/// <summary>What a seller is alerted about.</summary>
public enum UsageMeasure
{
    /// <summary>The day's calls against the daily limit.</summary>
    Quota,

    /// <summary>The day's calls against its free calls.</summary>
    FreeTier,

    /// <summary>The month's cost against the spend cap.</summary>
    Spend,
}

/// <summary>A share of a limit that was reached.</summary>
/// <param name="Measure">Which limit.</param>
/// <param name="Percent">One of <see cref="UsageMarks.Percents"/>.</param>
/// <param name="Period">The day of business; for <see cref="UsageMeasure.Spend"/> the month's first day.</param>
/// <param name="Used">Calls, or CNY.</param>
/// <param name="Limit">Calls, or CNY.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-mark")]
public readonly record struct UsageMark(
    [property: Id(0)] UsageMeasure Measure,
    [property: Id(1)] int Percent,
    [property: Id(2)] DateOnly Period,
    [property: Id(3)] decimal Used,
    [property: Id(4)] decimal Limit
);

/// <summary>
/// Decides which calls reach a share of the daily limit, the free calls or the spend cap. Pure and cheap: a counter asks at every settled
/// call.
/// </summary>
public static class UsageMarks
{
    /// <summary>The shares at which sellers can be alerted, in percent.</summary>
    public static ImmutableArray<int> Percents { get; } = [50, 70, 90, 100];

    /// <summary>The calls of a day that are free; 0 if there are none, or if all are.</summary>
    public static long FreeCalls(PriceBook prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        var free = 0L;
        foreach (var tier in prices.Tiers)
        {
            if (tier.UnitPrice > 0)
            {
                return free;
            }

            free = tier.UpTo;
        }

        return 0;
    }

    /// <summary>
    /// True if the call of this number, or its price, reaches a mark. Also true for a day's first call if any share of the cap is reached:
    /// a new day can begin with a dearer call than the day before ended with.
    /// </summary>
    /// <param name="prices">The day's price book.</param>
    /// <param name="number">The call's number in its day.</param>
    /// <param name="price">Its price.</param>
    /// <param name="spent">The month's cost including it.</param>
    /// <param name="cap">The spend cap; null for none.</param>
    public static bool IsMark(PriceBook prices, long number, decimal price, decimal spent, decimal? cap)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return IsShare(number, prices.DailyLimit)
            || IsShare(number, FreeCalls(prices))
            || (cap is { } limit && IsSpendMark(prices, number, price, spent, limit));
    }

    /// <summary>
    /// The highest share reached of each limit. The cap counts as reached when the day's next priced call would exceed it: that call is
    /// refused, so the cost rarely equals the cap.
    /// </summary>
    /// <param name="day">The day of business.</param>
    /// <param name="prices">Its price book.</param>
    /// <param name="calls">Its calls.</param>
    /// <param name="spent">The cost of the day's month.</param>
    /// <param name="cap">The spend cap; null for none.</param>
    public static ImmutableArray<UsageMark> Reached(DateOnly day, PriceBook prices, long calls, decimal spent, decimal? cap)
    {
        ArgumentNullException.ThrowIfNull(prices);
        var (free, limit, month) = (FreeCalls(prices), cap ?? 0, new DateOnly(day.Year, day.Month, 1));
        UsageMark[] marks =
        [
            new(UsageMeasure.Quota, ReachedOf(calls, prices.DailyLimit), day, calls, prices.DailyLimit),
            new(UsageMeasure.FreeTier, ReachedOf(calls, free), day, calls, free),
            new(UsageMeasure.Spend, SpendReached(prices, calls, spent, limit), month, spent, limit),
        ];
        return [.. marks.Where(mark => mark.Percent > 0)];
    }

    // Other free calls change neither the cost nor the next price.
    private static bool IsSpendMark(PriceBook prices, long number, decimal price, decimal spent, decimal cap)
    {
        if (price == 0 && number > 1)
        {
            return false;
        }

        var before = number == 1 ? 0 : SpendReached(prices, number - 1, spent - price, cap);
        return SpendReached(prices, number, spent, cap) > before;
    }

    private static int SpendReached(PriceBook prices, long calls, decimal spent, decimal cap) =>
        cap > 0 && NextPrice(prices, calls) is > 0 and var next && spent + next > cap ? Percents[^1] : ReachedOf(spent, cap);

    // Of the day's first priced call after so many; 0 if there is none.
    private static decimal NextPrice(PriceBook prices, long calls)
    {
        foreach (var tier in prices.Tiers)
        {
            if (tier.UpTo > calls && tier.UnitPrice > 0)
            {
                return tier.UnitPrice;
            }
        }

        return 0;
    }

    private static int ReachedOf(decimal used, decimal limit)
    {
        var reached = 0;
        foreach (var percent in Percents)
        {
            reached = limit > 0 && used * 100 >= limit * percent ? percent : reached;
        }

        return reached;
    }

    // The first call that is at least this share: integers, because most calls are none.
    private static bool IsShare(long number, long limit)
    {
        foreach (var percent in Percents)
        {
            if (limit > 0 && number == ((limit * percent) + 99) / 100)
            {
                return true;
            }
        }

        return false;
    }
}
