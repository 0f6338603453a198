using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>The estimate before consent (R53): by the seller's own calls, or by its orders at a stated assumption.</summary>
public class CostEstimateTests
{
    [Fact]
    public void Calls_are_rated_day_by_day()
    {
        // 20 days at 5,000 calls cost 80.000 each, 10 days at 1,000 nothing.
        var estimate = CostEstimate.OfCalls(PriceBook.Standard, [.. Enumerable.Repeat(5_000L, 20), .. Enumerable.Repeat(1_000L, 10)]);

        Assert.Equal(Money.Cny(1_600.000m), estimate.Amount);
        Assert.Equal((EstimateBasis.Calls, 3_667L, null), (estimate.Basis, estimate.CallsPerDay, estimate.OrdersPerDay));
        Assert.Equal(Money.Cny(2_400m), estimate.SuggestedCap);
    }

    [Fact]
    public void Orders_are_calls_by_the_stated_assumption()
    {
        // 6,000 orders are 200 a day, 1,600 calls a day: 600 priced calls, 12.000 a day.
        var estimate = CostEstimate.OfOrders(PriceBook.Standard, [.. Enumerable.Repeat(200L, 30)]);

        Assert.Equal((EstimateBasis.Orders, 1_600L, 200m), (estimate.Basis, estimate.CallsPerDay, estimate.OrdersPerDay!.Value));
        Assert.Equal(Money.Cny(360.000m), estimate.Amount);
        Assert.Equal(Money.Cny(540m), estimate.SuggestedCap);
    }

    [Fact]
    public void Orders_are_rated_day_by_day()
    {
        // One day of 500 orders is 4,000 calls, of which 3,000 cost 0.020; the other days have no priced calls.
        var estimate = CostEstimate.OfOrders(PriceBook.Standard, [500, .. Enumerable.Repeat(0L, 29)]);

        Assert.Equal(Money.Cny(60.000m), estimate.Amount);
        Assert.Equal(134L, estimate.CallsPerDay);
    }

    [Fact]
    public void Calls_of_fewer_days_are_scaled_to_30()
    {
        var estimate = CostEstimate.OfCalls(PriceBook.Standard, [5_000, 5_000], 4);

        Assert.Equal((Money.Cny(1_200.000m), 2_500L), (estimate.Amount, estimate.CallsPerDay));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(30, 30)]
    [InlineData(400, 30)]
    public void An_installation_has_1_to_30_days(int ago, int days)
    {
        var today = new DateOnly(2026, 11, 23);

        Assert.Equal(days, CostEstimate.DaysSince(today.AddDays(-ago), today));
    }

    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 50)]
    public void A_seller_without_much_is_free_and_has_the_least_cap(long orders, int cap)
    {
        var estimate = CostEstimate.OfOrders(PriceBook.Standard, [orders]);

        Assert.Equal((0m, cap), (estimate.Amount.Amount, (int)estimate.SuggestedCap.Amount));
    }

    [Fact]
    public void More_calls_than_the_limit_cost_what_the_limit_costs()
    {
        Assert.Equal(305.000m, CostEstimate.OfOrders(PriceBook.Standard, [10_000_000]).Amount.Amount);
        Assert.Equal(305.000m, CostEstimate.OfCalls(PriceBook.Standard, [1_000_000]).Amount.Amount);
    }
}
