using System.Collections.Immutable;
using Marketplace.Billing;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>The prices shown before consent.</summary>
/// <param name="Version">Number of the price book in force today; a consent may name it.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Tiers">Graduated: each prices only the calls within it; the last bound is the daily limit.</param>
/// <param name="Next">The next announced prices; null if none are.</param>
/// <param name="Estimate">Null if it cannot be made now.</param>
internal sealed record PriceOfferView(
    int Version,
    string Currency,
    ImmutableArray<PriceTier> Tiers,
    NextPriceView? Next,
    EstimateView? Estimate
)
{
    public static PriceOfferView Of(PriceOffer offer) =>
        new(
            offer.InForce.Version,
            offer.InForce.Currency,
            offer.InForce.Tiers,
            offer.Next is { } next ? new NextPriceView(next.Book.Version, next.EffectiveFrom, next.Book.Tiers) : null,
            offer.Estimate is { } estimate ? EstimateView.Of(estimate) : null
        );
}

/// <param name="Version">Number of the price book.</param>
/// <param name="EffectiveFrom">The first day with these prices, in Asia/Shanghai.</param>
/// <param name="Tiers">As for the prices in force.</param>
internal sealed record NextPriceView(int Version, DateOnly EffectiveFrom, ImmutableArray<PriceTier> Tiers);

/// <param name="Basis">The seller's own <c>calls</c> of this plugin in the last 30 days, or else its <c>orders</c>.</param>
/// <param name="Days">Days estimated; at most so many are looked back.</param>
/// <param name="CallsPerDay">Mean calls a day, rounded up.</param>
/// <param name="OrdersPerDay">Mean orders a day; null if it is computed from calls.</param>
/// <param name="CallsPerOrder">The assumed calls for each order; null if it is computed from calls.</param>
/// <param name="Amount">For 30 days at the prices in force.</param>
/// <param name="SuggestedCap">A monthly spend cap that the estimate does not reach.</param>
internal sealed record EstimateView(
    string Basis,
    int Days,
    long CallsPerDay,
    decimal? OrdersPerDay,
    int? CallsPerOrder,
    decimal Amount,
    decimal SuggestedCap
)
{
    public static EstimateView Of(CostEstimate estimate) =>
        new(
            estimate.Basis == EstimateBasis.Calls ? "calls" : "orders",
            CostEstimate.Days,
            estimate.CallsPerDay,
            estimate.OrdersPerDay,
            estimate.Basis == EstimateBasis.Orders ? CostEstimate.CallsPerOrder : null,
            estimate.Amount.Amount,
            estimate.SuggestedCap.Amount
        );
}
