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
/// <param name="Amount">For 30 days, exact at the prices.</param>
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
    /// <summary>Days looked back, and days estimated.</summary>
    public const int Days = 30;

    /// <summary>Assumed calls for each order: reading it, its parcel and label, and its tracking points.</summary>
    public const int CallsPerOrder = 8;

    private const decimal CapStep = 10m;
    private const decimal LeastCap = 50m;

    /// <summary>The estimate from the calls of each of the last <see cref="Days"/> days; days without calls may be absent.</summary>
    public static CostEstimate OfCalls(PriceBook prices, IReadOnlyCollection<long> calls)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(calls);

        // Calls above the limit of another price book cannot be made by this one.
        var amount = calls.Sum(day => prices.Rate(0, Math.Min(day, prices.DailyLimit)).Amount);
        return Of(EstimateBasis.Calls, Mean(calls.Sum()), null, new Money(amount, prices.Currency));
    }

    /// <summary>The estimate from the number of orders created in the last <see cref="Days"/> days.</summary>
    public static CostEstimate OfOrders(PriceBook prices, long orders)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentOutOfRangeException.ThrowIfNegative(orders);
        var calls = Mean(orders * CallsPerOrder);
        var amount = prices.Rate(0, Math.Min(calls, prices.DailyLimit)).Amount * Days;
        return Of(EstimateBasis.Orders, calls, decimal.Round((decimal)orders / Days, 2), new Money(amount, prices.Currency));
    }

    private static CostEstimate Of(EstimateBasis basis, long calls, decimal? orders, Money amount)
    {
        var cap = Math.Max(LeastCap, Math.Ceiling(amount.Amount * 1.5m / CapStep) * CapStep);
        return new CostEstimate(basis, calls, orders, amount, amount with { Amount = cap });
    }

    private static long Mean(long sum) => (sum + Days - 1) / Days;
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
