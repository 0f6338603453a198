using Marketplace.Billing;

namespace Marketplace.Quotas;

/// <summary>What an installation has used, for its seller (R48–R51): the counters with the prices that rate the day.</summary>
/// <param name="View">The counters.</param>
/// <param name="Prices">The day's price book.</param>
/// <param name="Counter">
/// What the counter itself knows. Null if none runs because nothing was called today: then burst and errors are those of a counter that
/// starts now.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.quotas.usage")]
public sealed record SellerUsage(
    [property: Id(0)] QuotaView View,
    [property: Id(1)] PriceBook Prices,
    [property: Id(2)] QuotaInspection? Counter
)
{
    /// <summary>The price of the next call; null once the day's calls are used up.</summary>
    public decimal? NextPrice => View.DailyUsed < Prices.DailyLimit ? Prices.PriceOf(View.DailyUsed + 1).Amount : null;
}
