using System.Collections.Immutable;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Quotas;
using Marketplace.Sellers;

namespace Marketplace.Billing;

/// <summary>
/// What a seller's plugins cost in a month; the total is always the sum of lines, subscriptions and adjustments (R55).
/// </summary>
/// <param name="Seller">The billed seller.</param>
/// <param name="Month">First day of the month.</param>
/// <param name="Lines">Calls by plugin, day, operation and tier.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.bill")]
public sealed record Bill(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] DateOnly Month,
    [property: Id(2)] IReadOnlyList<BillLine> Lines
)
{
    /// <summary>Days of subscriptions.</summary>
    [Id(3)]
    public ImmutableArray<SubscriptionLine> Subscriptions { get; init; } = [];

    /// <summary>Entries beside the lines.</summary>
    [Id(4)]
    public ImmutableArray<Adjustment> Adjustments { get; init; } = [];

    /// <summary>The ledger's days behind the lines, each as of its last row.</summary>
    [Id(5)]
    public ImmutableArray<ProofDay> Days { get; init; } = [];

    /// <summary>Set for a closed bill, which never changes; null while it is open.</summary>
    [Id(6)]
    public ClosedBill? Closed { get; init; }

    /// <summary>The calls, exact.</summary>
    public Money UsageTotal => Sum(Lines.Select(static line => line.Amount));

    /// <summary>The subscriptions, exact.</summary>
    public Money SubscriptionTotal => Sum(Subscriptions.Select(static line => line.Amount));

    /// <summary>The adjustments.</summary>
    public Money AdjustmentTotal => Sum(Adjustments.Select(static adjustment => adjustment.Amount));

    /// <summary>The exact sum, in thousandths.</summary>
    public Money Total => UsageTotal + SubscriptionTotal + AdjustmentTotal;

    /// <summary>The part of the bill that concerns one plugin.</summary>
    public Bill Of(PluginId plugin) =>
        this with
        {
            Lines = [.. Lines.Where(line => line.Plugin == plugin)],
            Subscriptions = [.. Subscriptions.Where(line => line.Plugin == plugin)],
            Adjustments = [.. Adjustments.Where(adjustment => adjustment.Plugin == plugin.Value)],
            Days = [.. Days.Where(day => day.Installation.Plugin == plugin)],
        };

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Cny(0.000m), static (sum, amount) => sum + amount);

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
