using System.Globalization;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests;

public sealed class ValueTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("Seller_9.x-1")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void Ids_are_what_was_written(string text)
    {
        Assert.Equal(text, SellerId.Parse(text, null).ToString());
        Assert.Equal(text, PluginId.Parse(text, null).ToString());
        Assert.Equal($"{text}/{text}", InstallationId.Parse($"{text}/{text}", null).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("a\n")]
    [InlineData("аb")]
    [InlineData("ａb")]
    [InlineData("é")]
    [InlineData("١")]
    [InlineData("a%2fb")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Texts_that_look_like_ids_are_none(string text)
    {
        Assert.False(SellerId.TryParse(text, null, out _));
        Assert.False(PluginId.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => SellerId.Parse(text, null));
        Assert.False(InstallationId.TryParse($"a/{text}", null, out _));
        Assert.False(InstallationId.TryParse($"{text}/a", null, out _));
    }

    [Fact]
    public void Ids_of_other_case_are_other_ids() => Assert.NotEqual(SellerId.Parse("s", null), SellerId.Parse("S", null));

    [Theory]
    [InlineData("0.004", "0.00")]
    [InlineData("0.005", "0.01")]
    [InlineData("0.015", "0.02")]
    [InlineData("0.025", "0.03")]
    [InlineData("-0.005", "-0.01")]
    public void A_statement_rounds_once_half_away_from_zero(string exact, string rounded) =>
        Assert.Equal(
            Money.Cny(decimal.Parse(rounded, CultureInfo.InvariantCulture)),
            Money.Cny(decimal.Parse(exact, CultureInfo.InvariantCulture)).RoundedForStatement()
        );

    [Fact]
    public void Amounts_of_two_currencies_are_not_added() =>
        Assert.Throws<InvalidOperationException>(() => Money.Cny(1) + new Money(1, "EUR"));

    [Theory]
    [InlineData("2026-11-23T15:59:59.9999999Z", "2026-11-23")]
    [InlineData("2026-11-23T16:00:00Z", "2026-11-24")]
    [InlineData("2026-11-30T16:00:00Z", "2026-12-01")]
    [InlineData("2026-12-31T23:00:00-09:00", "2027-01-01")]
    public void The_day_begins_at_midnight_in_Shanghai(string instant, string day) =>
        Assert.Equal(
            DateOnly.Parse(day, CultureInfo.InvariantCulture),
            MarketCalendar.Shanghai.DayOf(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture))
        );

    [Fact]
    public void Every_day_contains_its_start_and_not_its_end_also_where_clocks_change()
    {
        var calendar = new MarketCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        for (var day = new DateOnly(2026, 1, 1); day.Year == 2026; day = day.AddDays(1))
        {
            Assert.Equal(day, calendar.DayOf(calendar.StartOf(day)));
            Assert.Equal(day.AddDays(-1), calendar.DayOf(calendar.StartOf(day).AddTicks(-1)));
        }
    }
}
