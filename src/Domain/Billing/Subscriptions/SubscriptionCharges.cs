using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Billing.Subscriptions;

/// <summary>A line of a bill for days of a subscription.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="AddOn">The add-on.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Monthly">The accepted price of a month.</param>
/// <param name="PriceVersion">Its version.</param>
/// <param name="Amount">For the days; negative for days that are given back.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.subscription-line")]
public sealed record SubscriptionLine(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] string AddOn,
    [property: Id(2)] DateOnly From,
    [property: Id(3)] DateOnly To,
    [property: Id(4)] decimal Monthly,
    [property: Id(5)] int PriceVersion,
    [property: Id(6)] Money Amount
)
{
    /// <summary>True if the days are given back.</summary>
    public bool IsCredit => Amount.Amount < 0;
}

/// <summary>Charges a month's days in advance, and gives back those behind an end at once.</summary>
public static class SubscriptionCharges
{
    /// <summary>
    /// The price of days of a month: the difference of two shares of the month, each rounded to thousandths, so that the parts of a
    /// month add up to its price, however it is divided.
    /// </summary>
    /// <param name="monthly">The price of the month.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day, in the same month; the day before the first one for no day.</param>
    public static decimal PriceOf(decimal monthly, DateOnly from, DateOnly to)
    {
        var days = DateTime.DaysInMonth(from.Year, from.Month);
        return UpTo(monthly, from.Day + to.DayNumber - from.DayNumber, days) - UpTo(monthly, from.Day - 1, days);
    }

    /// <summary>The lines of a month.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="addOn">The add-on.</param>
    /// <param name="state">The subscription.</param>
    /// <param name="month">The month's first day; never a month that has not begun.</param>
    public static ImmutableArray<SubscriptionLine> Of(PluginId plugin, string addOn, Subscription state, DateOnly month)
    {
        ArgumentNullException.ThrowIfNull(state);
        var lines = ImmutableArray.CreateBuilder<SubscriptionLine>();
        var end = SubscriptionRules.EndOfMonth(month);
        foreach (var span in state.Spans)
        {
            var from = span.BilledFrom > month ? span.BilledFrom : month;
            if (from > end || (span.To is { } last && last < from))
            {
                continue;
            }

            // A span that ended at once was charged for the whole month before.
            var to = span is { EndedAtOnce: false, To: { } known } && known < end ? known : end;
            lines.Add(Line(from, to, 1));
            if (span is { EndedAtOnce: true, To: { } ended } && ended < end)
            {
                lines.Add(Line(ended.AddDays(1), end, -1));
            }

            SubscriptionLine Line(DateOnly first, DateOnly until, int sign) =>
                new(
                    plugin,
                    addOn,
                    first,
                    until,
                    span.Terms.Monthly,
                    span.Terms.PriceVersion,
                    Money.Cny(sign * PriceOf(span.Terms.Monthly, first, until))
                );
        }

        return lines.ToImmutable();
    }

    private static decimal UpTo(decimal monthly, int day, int days) =>
        decimal.Round(monthly * day / days, 3, MidpointRounding.AwayFromZero);
}
