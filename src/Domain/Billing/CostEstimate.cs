namespace Marketplace.Billing;

/// <summary>What an estimate is computed from.</summary>
public enum EstimateBasis
{
    /// <summary>The seller's own calls of the plugin.</summary>
    Calls,

    /// <summary>The seller's orders, each with an assumed number of calls.</summary>
    Orders,
}

/// <summary>
/// What a plugin would cost a seller in 30 days at the prices in force, from the seller's own last 30 complete days (R53). An estimate: it
/// promises nothing, the spend cap does.
/// </summary>
/// <param name="Basis">What it is computed from.</param>
/// <param name="CallsPerDay">Mean calls a day, rounded up.</param>
/// <param name="OrdersPerDay">Mean orders a day, to hundredths; null if it is computed from calls.</param>
/// <param name="Amount">For 30 days, to thousandths.</param>
/// <param name="SuggestedCap">
/// A monthly spend cap that the estimate does not reach: half as much again, rounded up to full 10 CNY, at least 50 CNY.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.billing.estimate")]
public sealed record CostEstimate(
    [property: Id(0)] EstimateBasis Basis,
    [property: Id(1)] long CallsPerDay,
    [property: Id(2)] decimal? OrdersPerDay,
    [property: Id(3)] Money Amount,
    [property: Id(4)] Money SuggestedCap
)
{
    /// <summary>Days estimated; at most so many are looked back.</summary>
    public const int Days = 30;

    /// <summary>Assumed calls for each order: reading it, its parcel and label, and its tracking points.</summary>
    public const int CallsPerOrder = 8;

    private const decimal CapStep = 10m;
    private const decimal LeastCap = 50m;

    /// <summary>The complete days from one on, before the current one: 1 to <see cref="Days"/>.</summary>
    public static int DaysSince(DateOnly first, DateOnly today) => Math.Clamp(today.DayNumber - first.DayNumber, 1, Days);

    /// <summary>The estimate from the calls of each of the last days, rated day by day.</summary>
    /// <param name="prices">The prices.</param>
    /// <param name="calls">Calls of each day; days without calls may be absent.</param>
    /// <param name="days">How many days these are, 1 to <see cref="Days"/>; the estimate is scaled from them.</param>
    public static CostEstimate OfCalls(PriceBook prices, IReadOnlyCollection<long> calls, int days = Days)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var amount = decimal.Round(Rate(prices, calls) * Days / days, 3);
        return Of(EstimateBasis.Calls, Mean(calls.Sum(), days), null, new Money(amount, prices.Currency));
    }

    /// <summary>
    /// The estimate from the orders created on each of the last <see cref="Days"/> days, each with <see cref="CallsPerOrder"/> calls on
    /// its day.
    /// </summary>
    public static CostEstimate OfOrders(PriceBook prices, IReadOnlyCollection<long> orders)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(orders);
        var (calls, sum) = (orders.Select(day => day * CallsPerOrder).ToArray(), orders.Sum());
        var amount = new Money(Rate(prices, calls), prices.Currency);
        return Of(EstimateBasis.Orders, Mean(calls.Sum(), Days), decimal.Round((decimal)sum / Days, 2), amount);
    }

    // Calls above the limit of another price book cannot be made by this one.
    private static decimal Rate(PriceBook prices, IReadOnlyCollection<long> calls) =>
        calls.Sum(day => prices.Rate(0, Math.Min(day, prices.DailyLimit)).Amount);

    private static CostEstimate Of(EstimateBasis basis, long calls, decimal? orders, Money amount)
    {
        var cap = Math.Max(LeastCap, Math.Ceiling(amount.Amount * 1.5m / CapStep) * CapStep);
        return new CostEstimate(basis, calls, orders, amount, amount with { Amount = cap });
    }

    private static long Mean(long sum, int days) => (sum + days - 1) / days;
}

/// <summary>The prices shown to a seller before consent (R52, R53).</summary>
/// <param name="InForce">The price book of the current day.</param>
/// <param name="Next">The next announced version; null if none is.</param>
/// <param name="Estimate">Null if usage and orders could not be read.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.offer")]
public sealed record PriceOffer(
    [property: Id(0)] PriceBook InForce,
    [property: Id(1)] PriceVersion? Next,
    [property: Id(2)] CostEstimate? Estimate
);
