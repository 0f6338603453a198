using System.Globalization;
using System.Text;
using Marketplace.Enterprises;
using Xunit;

namespace Marketplace.Domain.Tests.Enterprises;

public sealed class WorkingDaysTests
{
    private static readonly WorkingDays Days = WorkingDays.Published;

    [Theory]
    [InlineData("2026-11-23", true)]
    [InlineData("2026-11-22", false)]
    [InlineData("2026-01-01", false)]
    [InlineData("2026-01-04", true)]
    [InlineData("2026-02-14", true)]
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-24", true)]
    [InlineData("2026-02-28", true)]
    [InlineData("2026-09-20", true)]
    [InlineData("2026-09-25", false)]
    [InlineData("2026-10-01", false)]
    [InlineData("2026-10-07", false)]
    [InlineData("2026-10-08", true)]
    [InlineData("2026-10-10", true)]
    [InlineData("2026-10-11", false)]
    [InlineData("2025-01-26", true)]
    [InlineData("2025-02-04", false)]
    [InlineData("2025-09-28", true)]
    [InlineData("2025-10-08", false)]
    [InlineData("2025-10-11", true)]
    [InlineData("2024-02-18", true)]
    [InlineData("2024-09-14", true)]
    [InlineData("2024-09-29", true)]
    [InlineData("2024-10-12", true)]
    [InlineData("2024-10-07", false)]
    [InlineData("2027-10-01", true)]
    public void Holidays_and_make_up_days_are_those_that_were_announced(string day, bool works) =>
        Assert.Equal(works, Days.IsWorkingDay(DateOnly.Parse(day, CultureInfo.InvariantCulture)));

    [Fact]
    public void Of_a_year_that_is_not_announced_only_the_weekends_are_known()
    {
        Assert.True(Days.IsAnnounced(2026));
        Assert.False(Days.IsAnnounced(2027));
    }

    // Instants of Asia/Shanghai. Two working days are 48 hours of working time.
    [Theory]
    [InlineData("2026-11-23T15:00", "2026-11-25T15:00", "a plain week")]
    [InlineData("2026-11-27T15:00", "2026-12-01T15:00", "over a weekend")]
    [InlineData("2026-11-28T11:00", "2026-12-02T00:00", "handed in on a Saturday: the clock begins on Monday")]
    [InlineData("2026-09-30T09:00", "2026-10-09T09:00", "over National Day; the 8th works")]
    [InlineData("2026-09-30T09:00:00.001", "2026-10-09T09:00:00.001", "to the millisecond")]
    [InlineData("2026-10-09T09:00", "2026-10-12T09:00", "Saturday the 10th is a make-up day, Sunday is not")]
    [InlineData("2026-09-18T18:00", "2026-09-21T18:00", "Sunday the 20th makes up for National Day")]
    [InlineData("2026-02-13T10:00", "2026-02-24T10:00", "Saturday the 14th works, then nine days of Spring Festival")]
    [InlineData("2026-10-03T12:00", "2026-10-10T00:00", "handed in on a holiday")]
    [InlineData("2026-12-31T12:00", "2027-01-04T12:00", "into a year that is not announced")]
    public void Two_working_days_end_where_the_calendar_says(string from, string due, string why) =>
        Assert.True(
            Shanghai(due) == Days.Add(Shanghai(from), WorkingDays.Days(2)),
            $"{why}: {Days.Add(Shanghai(from), WorkingDays.Days(2)):O}"
        );

    [Fact]
    public void No_time_later_is_now_even_on_a_holiday_evening() =>
        Assert.Equal(Shanghai("2026-10-08T00:00"), Days.Add(Shanghai("2026-10-03T12:00"), TimeSpan.Zero));

    [Fact]
    public void What_was_added_lies_between() =>
        CsCheck.Check.Sample(CsCheck.Gen.Select(CsCheck.Gen.Int[0, 1_400 * 24 * 60], CsCheck.Gen.Int[1, 10 * 24 * 60]), pair =>
        {
            var from = Shanghai("2024-01-01T00:00").AddMinutes(pair.Item1);
            var work = TimeSpan.FromMinutes(pair.Item2);
            Assert.Equal(work, Days.Between(from, Days.Add(from, work)));
        });

    [Theory]
    [InlineData(
        """{"notice":"n","years":[{"year":2030,"announced":true,"source":"s","holidays":[{"name":"x","from":"2030-01-02","to":"2030-01-01"}],"make_up_days":[]}]}"""
    )]
    [InlineData(
        """{"notice":"n","years":[{"year":2030,"announced":true,"source":"s","holidays":[{"name":"x","from":"2030-01-01","to":"2030-01-02"}],"make_up_days":["2030-01-02"]}]}"""
    )]
    [InlineData("""{"notice":"n","years":[{"year":2030,"announced":true,"source":"s","holidays":[]}]}""")]
    [InlineData("""{"notice":"n","years":null}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_file_that_is_no_calendar_is_refused(string json) =>
        Assert.Throws<FormatException>(() => WorkingDays.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Another_file_takes_the_place_of_the_one_that_comes_along()
    {
        var days = WorkingDays.Parse(
            """{"notice":"n","years":[{"year":2027,"announced":true,"source":"s","holidays":[{"name":"x","from":"2027-10-01","to":"2027-10-07"}],"make_up_days":["2027-10-09"]}]}"""u8
        );

        Assert.True(days.IsAnnounced(2027));
        Assert.False(days.IsWorkingDay(new DateOnly(2027, 10, 1)));
        Assert.True(days.IsWorkingDay(new DateOnly(2027, 10, 9)));
    }

    private static DateTimeOffset Shanghai(string local) => new(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
}
