using Marketplace.Catalogue;
using Marketplace.Quotas;
using Marketplace.Sellers;

namespace Marketplace.Billing;

/// <summary>What a seller's plugins cost in a month; the total is always the sum of the lines (R55).</summary>
/// <param name="Seller">The billed seller.</param>
/// <param name="Month">First day of the month.</param>
/// <param name="Lines">By plugin, day, operation and tier.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.bill")]
public sealed record Bill(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] DateOnly Month,
    [property: Id(2)] IReadOnlyList<BillLine> Lines
)
{
    /// <summary>The exact sum, in thousandths.</summary>
    public Money Total => Lines.Aggregate(Money.Cny(0.000m), (sum, line) => sum + line.Amount);

    /// <summary>The lines of one plugin's day: the number of calls per operation and tier.</summary>
    public static IEnumerable<BillLine> LinesOf(PluginId plugin, MeteredDay day) =>
        from tally in day.Tallies
        orderby tally.Tier, tally.Operation.Value
        let price = day.Prices.Tiers[tally.Tier].UnitPrice
        select new BillLine(
            plugin,
            day.Day,
            day.Prices.TierName(tally.Tier),
            tally.Operation,
            tally.Calls,
            new Money(price, day.Prices.Currency),
            new Money(price * tally.Calls, day.Prices.Currency)
        );
}

/// <summary>One line of a bill: the calls of one operation in one tier of one day.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.line")]
public sealed record BillLine(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] DateOnly Day,
    [property: Id(2)] string Tier,
    [property: Id(3)] OperationName Operation,
    [property: Id(4)] long Calls,
    [property: Id(5)] Money UnitPrice,
    [property: Id(6)] Money Amount
);
