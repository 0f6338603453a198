using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;

namespace Marketplace.Billing;

/// <summary>What a developer's plugins earned in a month, from the same bills that its sellers get.</summary>
/// <param name="Developer">The developer.</param>
/// <param name="Month">First day of the month.</param>
/// <param name="Share">The platform's share, 0 to 1.</param>
/// <param name="Policy">The version of the pricing policy that the share is of.</param>
/// <param name="Lines">By plugin.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.revenue")]
public sealed record Revenue(
    [property: Id(0)] DeveloperId Developer,
    [property: Id(1)] DateOnly Month,
    [property: Id(2)] decimal Share,
    [property: Id(3)] string Policy,
    [property: Id(4)] ImmutableArray<RevenueLine> Lines
)
{
    /// <summary>False while a seller's bill of the month is open: the figures may still change.</summary>
    public bool IsFinal => Lines.All(static line => line.OpenBills == 0);
}

/// <summary>What one plugin earned.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Sellers">Sellers with an amount for it.</param>
/// <param name="OpenBills">Their bills that are not closed.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="Usage">What the calls cost.</param>
/// <param name="Subscriptions">What the add-ons cost.</param>
/// <param name="Adjustments">Entries that name the plugin.</param>
/// <param name="PlatformShare">The platform's part of the gross amount, rounded to thousandths.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.revenue-line")]
public sealed record RevenueLine(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] int Sellers,
    [property: Id(2)] int OpenBills,
    [property: Id(3)] long Calls,
    [property: Id(4)] Money Usage,
    [property: Id(5)] Money Subscriptions,
    [property: Id(6)] Money Adjustments,
    [property: Id(7)] Money PlatformShare
)
{
    /// <summary>What the sellers are asked for.</summary>
    public Money Gross => Usage + Subscriptions + Adjustments;

    /// <summary>What is left to the developer.</summary>
    public Money Net => Gross - PlatformShare;

    /// <summary>Adds up the sellers' bills.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="bills">The bills of all its sellers, with this plugin or with others too.</param>
    /// <param name="share">The platform's share, 0 to 1.</param>
    public static RevenueLine Of(PluginId plugin, IEnumerable<Bill> bills, decimal share)
    {
        ArgumentNullException.ThrowIfNull(bills);
        var zero = Money.Cny(0.000m);
        var line = new RevenueLine(plugin, 0, 0, 0, zero, zero, zero, zero);
        foreach (var bill in bills.Select(bill => bill.Of(plugin)).Where(static bill => !IsEmpty(bill)))
        {
            line = line with
            {
                Sellers = line.Sellers + 1,
                OpenBills = line.OpenBills + (bill.Closed is null ? 1 : 0),
                Calls = line.Calls + bill.Lines.Sum(static known => known.Calls),
                Usage = line.Usage + bill.UsageTotal,
                Subscriptions = line.Subscriptions + bill.SubscriptionTotal,
                Adjustments = line.Adjustments + bill.AdjustmentTotal,
            };
        }

        var part = decimal.Round(line.Gross.Amount * share, 3, MidpointRounding.AwayFromZero);
        return line with { PlatformShare = line.Gross with { Amount = part } };
    }

    private static bool IsEmpty(Bill bill) => bill.Lines.Count == 0 && bill.Subscriptions.IsEmpty && bill.Adjustments.IsEmpty;
}
