using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>Which calls reach 50, 70, 90 and 100 % of the daily limit, the free calls and the spend cap.</summary>
public class UsageMarksTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Fact]
    public void The_standard_book_has_marks_at_these_calls_and_no_others()
    {
        var marks = Enumerable.Range(1, 20_000).Where(number => UsageMarks.IsMark(PriceBook.Standard, number, 0, 0, null));

        Assert.Equal([500, 700, 900, 1_000, 10_000, 14_000, 18_000, 20_000], marks);
    }

    [Fact]
    public void A_book_without_free_calls_or_with_nothing_else_has_no_free_tier()
    {
        Assert.Equal(1_000, UsageMarks.FreeCalls(PriceBook.Standard));
        Assert.Equal(0, UsageMarks.FreeCalls(new PriceBook(1, [new PriceTier(10, 0.1m)])));
        Assert.Equal(0, UsageMarks.FreeCalls(new PriceBook(1, [new PriceTier(10, 0m)])));
    }

    [Fact]
    public void Every_share_of_the_cap_is_crossed_by_one_call_however_the_prices_fall() =>
        Gen.Select(PriceBookProperties.Book, Gen.Int[1, 2_000])
            .Sample(
                (book, cap) =>
                {
                    var (limit, spent, crossed) = (cap / 100m, 0m, new List<int>());
                    for (var number = 1L; number <= book.DailyLimit; number++)
                    {
                        var price = book.PriceOf(number).Amount;
                        spent += price;
                        var reached = SpendOf(UsageMarks.Reached(Day, book, number, spent, limit));
                        var before = SpendOf(UsageMarks.Reached(Day, book, number - 1, spent - price, limit));
                        Assert.True(reached == before || UsageMarks.IsMark(book, number, price, spent, limit));
                        crossed.AddRange(UsageMarks.Percents.Where(percent => percent > before && percent <= reached));
                    }

                    return crossed.SequenceEqual(UsageMarks.Percents.Where(percent => spent * 100 >= limit * percent));
                },
                iter: 200
            );

    [Fact]
    public void A_share_is_recorded_once_in_its_period_and_only_if_the_seller_wants_it()
    {
        var settings = NotificationSettings.Standard with { Quota = [70, 100] };
        var alerts = UsageAlerts.None;

        Assert.Empty(alerts.New([Quota(50)], settings));
        var first = Assert.Single(alerts.New([Quota(90)], settings));
        Assert.Equal((UsageMeasure.Quota, 70), (first.Measure, first.Percent));
        alerts = alerts.After(UsageThreshold.Decode(first.Encode()));
        Assert.Empty(alerts.New([Quota(70), Quota(90)], settings));
        Assert.Equal(100, Assert.Single(alerts.New([Quota(100)], settings)).Percent);
        Assert.Empty(alerts.New([Quota(100, -1)], settings));
        Assert.Equal(70, Assert.Single(alerts.New([Quota(90, 1)], settings)).Percent);
        Assert.Single(alerts.New([Quota(70) with { Measure = UsageMeasure.FreeTier }], settings));
    }

    [Theory]
    [InlineData("22:00", "08:00", "23:30", 90, false)]
    [InlineData("22:00", "08:00", "07:59", 90, false)]
    [InlineData("22:00", "08:00", "08:00", 90, true)]
    [InlineData("22:00", "08:00", "21:59", 90, true)]
    [InlineData("22:00", "08:00", "23:30", 100, true)]
    [InlineData("12:00", "13:00", "12:00", 50, false)]
    [InlineData(null, null, "12:00", 50, true)]
    public void Quiet_hours_hold_alerts_back_until_a_limit_is_used_up(string? from, string? to, string now, int percent, bool posted)
    {
        var settings = NotificationSettings.Standard with { QuietFrom = Time(from), QuietTo = Time(to) };

        Assert.Null(settings.Fault());
        Assert.Equal(posted, settings.IsPosted(percent, Time(now)!.Value));
        Assert.False((settings with { Webhook = false }).IsPosted(percent, Time(now)!.Value));
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.NotNull((NotificationSettings.Standard with { Quota = [60] }).Fault());
        Assert.NotNull((NotificationSettings.Standard with { Spend = [50, 50] }).Fault());
        Assert.NotNull((NotificationSettings.Standard with { FreeTier = default }).Fault());
        Assert.NotNull((NotificationSettings.Standard with { QuietFrom = new TimeOnly(1, 0) }).Fault());
        Assert.NotNull((NotificationSettings.Standard with { QuietFrom = new TimeOnly(1, 0), QuietTo = new TimeOnly(1, 0) }).Fault());
    }

    private static TimeOnly? Time(string? text) =>
        text is null ? null : TimeOnly.ParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static UsageMark Quota(int percent, int days = 0) => new(UsageMeasure.Quota, percent, Day.AddDays(days), 1, 1);

    private static int SpendOf(ImmutableArray<UsageMark> marks) =>
        marks.Where(mark => mark.Measure == UsageMeasure.Spend).Select(mark => mark.Percent).DefaultIfEmpty().Single();
}
