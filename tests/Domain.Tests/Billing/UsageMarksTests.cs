using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Journal;
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
                        var before = number == 1 ? 0 : SpendOf(UsageMarks.Reached(Day, book, number - 1, spent - price, limit));
                        Assert.True(reached == before || UsageMarks.IsMark(book, number, price, spent, limit));
                        crossed.AddRange(UsageMarks.Percents.Where(percent => percent > before && percent <= reached));
                    }

                    return crossed.SequenceEqual(UsageMarks.Percents.Where(percent => spent * 100 >= limit * percent));
                },
                iter: 200
            );

    [Fact]
    public void A_cap_counts_as_reached_before_a_call_is_refused_for_it() =>
        Gen.Select(PriceBookProperties.Book, Gen.Int[1, 2_000])
            .Sample(
                (book, cap) =>
                {
                    var (limit, spent, reported) = (cap / 100m, 0m, 0);
                    for (var number = 1L; number <= book.DailyLimit; number++)
                    {
                        var price = book.PriceOf(number).Amount;
                        if (price > 0 && spent + price > limit)
                        {
                            return number == 1 || reported == 100;
                        }

                        spent += price;
                        reported = UsageMarks.IsMark(book, number, price, spent, limit)
                            ? SpendOf(UsageMarks.Reached(Day, book, number, spent, limit))
                            : reported;
                    }

                    return true;
                },
                iter: 200
            );

    [Fact]
    public void A_days_first_call_shows_that_the_day_begins_with_a_dearer_one_than_the_cap_allows()
    {
        Assert.Equal(70, SpendOf(UsageMarks.Reached(Day, PriceBook.Standard, 5_010, 0.100m, 0.115m)));
        Assert.True(UsageMarks.IsMark(PriceBook.Standard, 1, 0, 0.100m, 0.115m));
        Assert.Equal(100, SpendOf(UsageMarks.Reached(Day, PriceBook.Standard, 1, 0.100m, 0.115m)));
        Assert.False(UsageMarks.IsMark(PriceBook.Standard, 2, 0, 0.100m, 0.115m));
        Assert.Empty(UsageMarks.Reached(Day, PriceBook.Standard, 2, 0, 0));
    }

    [Fact]
    public void A_raised_cap_has_shares_of_its_own()
    {
        var alerts = UsageAlerts.None.After(new UsageThreshold(UsageMeasure.Spend, 100, Day, 100, 100));

        Assert.Empty(alerts.New([Spend(90, 100)], NotificationSettings.Standard));
        var raised = Assert.Single(alerts.New([Spend(50, 200)], NotificationSettings.Standard));
        Assert.Equal((50, 200m), (raised.Percent, raised.Limit));
        Assert.Empty(alerts.After(raised).New([Spend(50, 200)], NotificationSettings.Standard));
    }

    [Theory]
    [InlineData(UsageThreshold.QuotaType)]
    [InlineData(UsageThreshold.FreeTierType)]
    [InlineData(UsageThreshold.SpendType)]
    public void An_alert_replaces_unread_ones_of_its_kind_only(string type) =>
        Assert.Equal([$"usage.{type}"], NotificationTexts.ReplacedBy($"usage.{type}"));

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
        foreach (var measure in new[] { UsageMeasure.Quota, UsageMeasure.Spend })
        {
            var reached = new UsageThreshold(measure, percent, Day, 1, 1);
            Assert.Equal(posted, settings.IsPosted(reached, Time(now)!.Value));
            Assert.False((settings with { Webhook = false }).IsPosted(reached, Time(now)!.Value));
        }
    }

    [Fact]
    public void The_end_of_the_free_calls_waits_for_the_end_of_the_quiet_hours()
    {
        var settings = NotificationSettings.Standard with { QuietFrom = Time("22:00"), QuietTo = Time("08:00") };
        var reached = new UsageThreshold(UsageMeasure.FreeTier, 100, Day, 1, 1);

        Assert.False(settings.IsPosted(reached, Time("23:30")!.Value));
        Assert.True(settings.IsPosted(reached, Time("08:00")!.Value));
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

    private static UsageMark Spend(int percent, decimal cap) => new(UsageMeasure.Spend, percent, Day, 100, cap);

    private static int SpendOf(ImmutableArray<UsageMark> marks) =>
        marks.Where(mark => mark.Measure == UsageMeasure.Spend).Select(mark => mark.Percent).DefaultIfEmpty().Single();
}
