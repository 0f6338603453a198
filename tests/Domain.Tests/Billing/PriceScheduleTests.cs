using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>Prices by effective day (R52): which book a day has, and what may be announced for when.</summary>
public class PriceScheduleTests
{
    private static readonly MarketCalendar Calendar = MarketCalendar.Shanghai;
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly ImmutableArray<PriceTier> Cheaper = [new(1_000, 0m), new(5_000, 0.019m), new(20_000, 0.015m)];
    private static readonly ImmutableArray<PriceTier> Dearer = [new(1_000, 0m), new(5_000, 0.021m), new(20_000, 0.015m)];

    private static PriceSchedule Standard => new(PriceBook.Standard, []);

    [Fact]
    public void A_day_has_the_latest_version_that_has_begun()
    {
        var later = new PriceVersion(new PriceBook(2, Cheaper), Today.AddDays(10), Noon);
        var soon = new PriceVersion(new PriceBook(3, Cheaper), Today.AddDays(2), Noon);
        var schedule = Standard.With(later).With(soon);

        Assert.Equal([1, 1, 3, 3, 2, 2], new[] { 0, 1, 2, 9, 10, 11 }.Select(days => schedule.On(Today.AddDays(days)).Version));
        Assert.Equal(soon, schedule.NextAfter(Today));
        Assert.Equal(later, schedule.NextAfter(Today.AddDays(2)));
        Assert.Null(schedule.NextAfter(Today.AddDays(10)));
    }

    [Fact]
    public void Lower_prices_begin_on_the_next_day_and_never_on_the_running_one()
    {
        Assert.Equal(2, Announce(Standard, Cheaper, Today.AddDays(1), Noon).Value!.Version);
        Assert.Equal(PriceRefusals.PriceInvalid, Announce(Standard, Cheaper, Today, Noon).Refusal!.Code);
        Assert.Equal(PriceRefusals.PriceInvalid, Announce(Standard, Cheaper, Today.AddDays(-1), Noon).Refusal!.Code);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void Prices_are_announced_an_hour_before_their_day(int minutes, bool allowed)
    {
        var now = Calendar.StartOf(Today.AddDays(1)).AddMinutes(-minutes);

        Assert.Equal(allowed, Announce(Standard, Cheaper, Today.AddDays(1), now).Succeeded);
        Assert.True(Announce(Standard, Cheaper, Today.AddDays(2), now).Succeeded);
    }

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    public void A_rise_needs_90_days_notice(int days, bool allowed)
    {
        var announced = Announce(Standard, Dearer, Today.AddDays(days), Noon);

        Assert.Equal(allowed ? null : PriceRefusals.PriceNoticeShort, announced.Refusal?.Code);
    }

    [Fact]
    public void A_lower_daily_limit_needs_notice_too()
    {
        ImmutableArray<PriceTier> fewer = [new(1_000, 0m), new(5_000, 0.020m), new(19_999, 0.015m)];

        Assert.Equal(PriceRefusals.PriceNoticeShort, Announce(Standard, fewer, Today.AddDays(89), Noon).Refusal!.Code);
        Assert.True(Announce(Standard, fewer, Today.AddDays(90), Noon).Succeeded);
    }

    [Theory]
    [InlineData("0.015", true)]
    [InlineData("0.014", true)]
    [InlineData("0.016", false)]
    public void Calls_above_the_limit_of_before_need_notice_if_they_cost_more_than_the_last_one_below(string price, bool allowed)
    {
        var added = new PriceTier(30_000, decimal.Parse(price, CultureInfo.InvariantCulture));

        var announced = Announce(Standard, PriceBook.Standard.Tiers.Add(added), Today.AddDays(1), Noon);

        Assert.Equal(allowed ? null : PriceRefusals.PriceNoticeShort, announced.Refusal?.Code);
    }

    [Fact]
    public void The_end_of_a_reduction_is_a_rise_over_the_reduced_prices()
    {
        var reduced = Standard.With(Announce(Standard, Cheaper, Today.AddDays(1), Noon).Value!.At(Noon));

        var back = Announce(reduced, PriceBook.Standard.Tiers, Today.AddDays(8), Noon);

        Assert.Equal(PriceRefusals.PriceNoticeShort, back.Refusal!.Code);
        Assert.Equal(3, Announce(reduced, PriceBook.Standard.Tiers, Today.AddDays(90), Noon).Value!.Version);
    }

    [Fact]
    public void Prices_are_announced_in_the_order_of_their_days()
    {
        var known = Standard.With(Announce(Standard, PriceBook.Standard.Tiers, Today.AddDays(5), Noon).Value!.At(Noon));

        foreach (var days in new[] { 1, 4, 5 })
        {
            var refused = Announce(known, Cheaper, Today.AddDays(days), Noon).Refusal!;
            Assert.Equal(PriceRefusals.NotAfter(Today.AddDays(5)).Reason, refused.Reason);
        }

        Assert.Equal(3, Announce(known, Cheaper, Today.AddDays(6), Noon).Value!.Version);
    }

    [Fact]
    public void The_first_day_for_prices_is_one_for_which_they_can_be_announced()
    {
        var known = Standard.With(new PriceVersion(new PriceBook(2, PriceBook.Standard.Tiers), Today.AddDays(5), Noon));
        var (cheaper, dearer) = (new PriceBook(3, Cheaper), new PriceBook(3, Dearer));

        Assert.Equal(Today.AddDays(1), Standard.FirstDayFor(cheaper, Today, Calendar, Noon));
        Assert.Equal(Today.AddDays(6), known.FirstDayFor(cheaper, Today, Calendar, Noon));
        Assert.Equal(Today.AddDays(7), known.FirstDayFor(cheaper, Today.AddDays(7), Calendar, Noon));
        Assert.Equal(Today.AddDays(90), known.FirstDayFor(dearer, Today, Calendar, Noon));
    }

    public static TheoryData<string, (long UpTo, decimal Price)[]> Impossible =>
        new()
        {
            { "no tier", [] },
            { "bounds fall", [(2_000, 0m), (2_000, 0.01m)] },
            { "negative", [(1_000, 0m), (2_000, -0.001m)] },
            { "finer than a thousandth", [(1_000, 0m), (2_000, 0.0005m)] },
            { "too dear", [(1_000, 0m), (2_000, 100.001m)] },
            { "call 1,000 is not free", [(999, 0m), (2_000, 0.01m)] },
            { "fewer than the free calls", [(999, 0m)] },
            { "no free tier", [(20_000, 0.01m)] },
            { "too many tiers", [.. Enumerable.Range(1, 11).Select(n => (n * 1_000L, n == 1 ? 0m : 0.01m))] },
        };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_prices_are_refused(string _, (long UpTo, decimal Price)[] tiers)
    {
        var announced = Announce(Standard, [.. tiers.Select(tier => new PriceTier(tier.UpTo, tier.Price))], Today.AddDays(100), Noon);

        Assert.Equal(PriceRefusals.PriceInvalid, announced.Refusal!.Code);
    }

    [Fact]
    public void A_book_is_dearer_if_and_only_if_some_day_costs_more_or_allows_fewer_calls_or_more_at_a_higher_price() =>
        Gen.Select(PriceBookProperties.Book, PriceBookProperties.Book)
            .Sample(
                (one, other) =>
                {
                    var calls = Enumerable.Range(1, (int)Math.Min(one.DailyLimit, other.DailyLimit));
                    var dearer = one.DailyLimit < other.DailyLimit || calls.Any(n => one.Rate(0, n).Amount > other.Rate(0, n).Amount);
                    var last = other.PriceOf(other.DailyLimit).Amount;
                    for (var n = other.DailyLimit + 1; n <= one.DailyLimit; n++)
                    {
                        dearer |= one.PriceOf(n).Amount > last;
                    }

                    return one.IsDearerThan(other) == dearer;
                },
                iter: 300
            );

    [Fact]
    public void An_announcement_is_read_as_it_was_written()
    {
        var fact = Announce(Standard, Cheaper, Today.AddDays(1), Noon).Value!;

        var read = PriceAnnounced.Decode(fact.Encode());

        Assert.Equal(fact.At(Noon), read.At(Noon));
    }

    private static Outcome<PriceAnnounced> Announce(
        PriceSchedule schedule,
        ImmutableArray<PriceTier> tiers,
        DateOnly from,
        DateTimeOffset now
    ) => schedule.Announce(new AnnouncePrices(tiers, from), Calendar, now);
}
