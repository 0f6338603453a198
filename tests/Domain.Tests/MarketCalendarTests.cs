using Xunit;

namespace Marketplace.Domain.Tests;

/// <summary>Days at the ends of the calendar are days like others: nothing overflows.</summary>
public class MarketCalendarTests
{
    private readonly MarketCalendar _calendar = MarketCalendar.Shanghai;

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-30")]
    [InlineData("0001-01-01")]
    [InlineData("0001-01-02")]
    [InlineData("2026-11-29")]
    public void A_day_begins_before_it_ends(string text)
    {
        var day = DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        Assert.True(_calendar.StartOf(day) < _calendar.EndOf(day));
        Assert.Equal(day, _calendar.DayOf(_calendar.EndOf(day).AddTicks(-1)));
    }

    [Fact]
    public void Every_instant_belongs_to_a_day()
    {
        Assert.Equal(DateOnly.MinValue, _calendar.DayOf(DateTimeOffset.MinValue));
        Assert.Equal(DateOnly.MaxValue, _calendar.DayOf(DateTimeOffset.MaxValue));
        Assert.Equal(DateTimeOffset.MaxValue, _calendar.EndOf(DateOnly.MaxValue));
    }

    [Fact]
    public void Working_time_ends_with_the_calendar() =>
        Assert.Equal(
            DateTimeOffset.MaxValue,
            Marketplace.Enterprises.WorkingDays.Published.Add(DateTimeOffset.MaxValue.AddDays(-1), TimeSpan.FromDays(30))
        );
}
