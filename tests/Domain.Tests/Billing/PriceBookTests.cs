using System.Globalization;
using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>The contract's boundaries (R48–R51).</summary>
public sealed class PriceBookTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0")]
    [InlineData(1_000, "0")]
    [InlineData(1_001, "0.020")]
    [InlineData(5_000, "80.000")]
    [InlineData(5_001, "80.015")]
    [InlineData(20_000, "305.000")]
    public void The_day_costs(long calls, string amount) =>
        Assert.Equal(Money.Cny(decimal.Parse(amount, CultureInfo.InvariantCulture)), PriceBook.Standard.Rate(0, calls));

    [Theory]
    [InlineData(1, 0, "1-1000")]
    [InlineData(1_000, 0, "1-1000")]
    [InlineData(1_001, 1, "1001-5000")]
    [InlineData(5_000, 1, "1001-5000")]
    [InlineData(5_001, 2, "5001-20000")]
    [InlineData(20_000, 2, "5001-20000")]
    public void The_call_lies_in_the_tier(long number, int tier, string name)
    {
        Assert.Equal(tier, PriceBook.Standard.TierOf(number));
        Assert.Equal(name, PriceBook.Standard.TierName(tier));
    }

    [Fact]
    public void The_call_above_the_limit_has_no_price()
    {
        Assert.Equal(20_000, PriceBook.Standard.DailyLimit);
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceBook.Standard.PriceOf(20_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceBook.Standard.Rate(0, 20_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => PriceBook.Standard.PriceOf(0));
    }
}
