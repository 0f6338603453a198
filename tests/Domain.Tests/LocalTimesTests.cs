using Xunit;

namespace Marketplace.Domain.Tests;

/// <summary>Instants as people read them.</summary>
public class LocalTimesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 6, 5, 59, TimeSpan.Zero);

    [Fact]
    public void An_instant_is_told_in_the_marketplaces_zone_and_with_its_year_where_that_is_another()
    {
        Assert.Equal("11月29日 14:05", LocalTimes.Text(At, isChinese: true, At));
        Assert.Equal("29 November 14:05 (Beijing time)", LocalTimes.Text(At, isChinese: false, At));
        Assert.Equal("2026年11月29日 14:05", LocalTimes.Text(At, isChinese: true, At.AddYears(1)));
        Assert.Equal("29 November 2026 14:05 (Beijing time)", LocalTimes.Text(At, isChinese: false));
        Assert.Equal(
            "1月1日 00:00",
            LocalTimes.Text(new DateTimeOffset(2026, 12, 31, 16, 0, 0, TimeSpan.Zero), isChinese: true, At.AddYears(1))
        );
    }

    [Theory]
    [InlineData("due by 2026-11-29T06:05:59Z.", "due by 11月29日 14:05.")]
    [InlineData("due by 2026-11-29T06:05:59.1234567+00:00.", "due by 11月29日 14:05.")]
    [InlineData("due by 2026-11-29T14:05+08:00.", "due by 11月29日 14:05.")]
    [InlineData("from 2026-11-29 on", "from 2026-11-29 on")]
    [InlineData("by 9999-99-99T99:99:99Z", "by 9999-99-99T99:99:99Z")]
    public void A_text_tells_its_instants_so(string text, string told) => Assert.Equal(told, LocalTimes.Replace(text, isChinese: true, At));

    [Fact]
    public void The_ends_of_the_calendar_can_be_told()
    {
        Assert.NotEmpty(LocalTimes.Text(DateTimeOffset.MaxValue, isChinese: true, At));
        Assert.NotEmpty(LocalTimes.Text(DateTimeOffset.MinValue, isChinese: false, At));
    }
}
