using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Billing;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>The contract's boundaries as calls meet them (R48–R51).</summary>
public sealed class CallMeterTests
{
    private static readonly DateTimeOffset Noon = MeterKit.At("2026-11-23 12:00");

    [Theory]
    [InlineData(1_000, "0", "0")]
    [InlineData(1_001, "0.020", "0.020")]
    [InlineData(5_000, "0.020", "80.000")]
    [InlineData(5_001, "0.015", "80.015")]
    [InlineData(20_000, "0.015", "305.000")]
    public void The_call_costs_and_the_day_comes_to(int number, string price, string total)
    {
        var meter = Used(number - 1);
        meter.Reserve(MeterKit.Call(number), Noon);

        Assert.Equal(new SettledCall(new DateOnly(2026, 11, 23), number, Cny(price), Cny(total)), meter.Settle(number));
    }

    [Fact]
    public void The_call_after_the_last_one_is_refused_and_allowed_again_after_midnight_in_Shanghai()
    {
        var meter = Used(20_000);
        var midnight = MeterKit.At("2026-11-24 00:00");

        var refusal = Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(20_001), midnight.AddTicks(-1))).Refusal;
        Assert.Equal(
            (QuotaRefusals.QuotaExceeded, "daily", 20_000m, 20_000m),
            (refusal.Code, refusal.Counter, refusal.Limit, refusal.Used)
        );
        Assert.Equal((midnight, midnight), (refusal.ResetsAt, refusal.RetryAt));
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(20_002), midnight));
    }

    [Fact]
    public void Places_held_by_calls_under_way_are_worth_a_short_wait()
    {
        var meter = Used(19_999);
        meter.Reserve(MeterKit.Call(20_000), Noon);

        var refusal = Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(20_001), Noon)).Refusal;
        Assert.Equal(Noon.AddSeconds(1), refusal.RetryAt);
        meter.Release(20_000);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(20_002), Noon.AddSeconds(1)));
    }

    [Fact]
    public void A_withdrawn_reservation_leaves_no_trace_and_a_released_one_keeps_its_place_in_the_burst()
    {
        var meter = MeterKit.Meter(MeterKit.Entitled(burst: new BurstLimit(2, 1)), Noon);
        for (var call = 1; call <= 10; call++)
        {
            Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(call), Noon));
            meter.Withdraw((UInt128)call);
        }

        Assert.Equal((0, 2), (meter.View(Noon).DailyUsed, meter.View(Noon).BurstRemaining));
        meter.Withdraw(10);
        Assert.Equal(2, meter.View(Noon).BurstRemaining);
        meter.Reserve(MeterKit.Call(11), Noon);
        meter.Release(11);
        Assert.Equal((0, 1), (meter.View(Noon).DailyUsed, meter.View(Noon).BurstRemaining));
    }

    [Fact]
    public void A_clock_that_falls_back_behind_midnight_gives_no_second_allowance()
    {
        var meter = Used(20_000);
        var next = MeterKit.At("2026-11-24 00:00");
        meter.Reserve(MeterKit.Call(20_001), next);
        meter.Reserve(MeterKit.Call(20_002), next.AddSeconds(-5));

        Assert.Equal((new DateOnly(2026, 11, 24), 2), (meter.View(next.AddSeconds(-5)).Day, meter.View(next).DailyUsed));
    }

    [Fact]
    public void A_call_counts_in_the_day_in_which_it_was_reserved()
    {
        var meter = Used(0);
        meter.Reserve(MeterKit.Call(1), MeterKit.At("2026-11-23 23:59:59"));
        meter.View(MeterKit.At("2026-11-24 00:00:30"));

        Assert.Equal(new DateOnly(2026, 11, 23), meter.Settle(1)!.Value.Day);
    }

    [Fact]
    public void A_permit_ends_after_its_lifetime_and_gives_its_place_back()
    {
        var meter = Used(0);
        meter.Reserve(MeterKit.Call(1), Noon);
        Assert.Equal(1, meter.View(Noon + CallMeter.PermitLifetime - TimeSpan.FromTicks(1)).DailyUsed);
        Assert.Equal(0, meter.View(Noon + CallMeter.PermitLifetime).DailyUsed);
        Assert.False(meter.TrySettle(1, 200, ("", default), out _));
        Assert.True(meter.IsIdle);
    }

    [Fact]
    public void A_price_book_takes_effect_with_the_next_day()
    {
        var meter = Used(0);
        meter.Entitle(MeterKit.Entitled(MeterKit.OtherBook, version: 2));
        Assert.Equal(20_000, meter.View(Noon).DailyLimit);
        Assert.Equal(MeterKit.OtherBook.DailyLimit, meter.View(Noon.AddDays(1)).DailyLimit);
    }

    [Fact]
    public void The_cap_is_reached_by_the_call_after_which_the_next_one_is_refused()
    {
        var meter = Spent(new DateOnly(2026, 11, 23), 1_000, cap: 0.050m);
        meter.Reserve(MeterKit.Call(1), Noon);
        var first = meter.MarksAt(meter.Settle(1)!.Value);
        meter.Reserve(MeterKit.Call(2), Noon);
        var second = meter.MarksAt(meter.Settle(2)!.Value);

        Assert.True(first.IsDefault);
        Assert.Equal((100, 0.040m), SpendOf(second));
        Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(3), Noon));
    }

    [Fact]
    public void A_cap_that_is_lowered_in_a_new_month_is_not_reached_by_the_month_before()
    {
        var meter = Spent(new DateOnly(2026, 11, 30), 5_000, cap: 100m);
        Assert.Equal((70, 80m), SpendOf(meter.Marks(MeterKit.At("2026-11-30 23:59"))));

        meter.Entitle(MeterKit.Entitled(PriceBook.Standard, cap: 50m, version: 2));

        Assert.Empty(meter.Marks(MeterKit.At("2026-12-01 00:30")));
    }

    [Fact]
    public void An_older_entitlement_never_replaces_a_newer_one()
    {
        var meter = Used(0);
        meter.Entitle(MeterKit.Entitled(version: 3) with { Stop = InstallationRefusals.Paused(new SellerPause(Noon, null)) });
        meter.Entitle(MeterKit.Entitled(version: 2));

        Assert.Equal(
            InstallationRefusals.InstallationPaused,
            Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(1), Noon)).Refusal.Code
        );
    }

    [Fact]
    public void A_revoked_token_stops_the_very_next_call_and_no_other_token()
    {
        var meter = Used(0);
        meter.Entitle(
            MeterKit.Entitled(version: 2) with
            {
                RevokedTokens = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("token-1", Noon),
            }
        );

        Assert.Equal(QuotaRefusals.TokenRevoked, Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(1), Noon)).Refusal.Code);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(2) with { TokenId = "token-2" }, Noon));
    }

    [Fact]
    public void A_key_that_is_free_because_the_clock_was_later_counts_from_then_if_the_clock_steps_back()
    {
        var key = new IdempotencyKey(7, 1);
        var meter = MeterKit.Meter(MeterKit.Entitled(), Noon);
        meter.Reserve(MeterKit.Call(1, key), Noon);
        meter.Settle(1);
        var first = meter.CutRow()!;
        meter.Committed(first);
        Assert.IsType<Reservation.Repeated>(meter.Reserve(MeterKit.Call(2, key), Noon.AddHours(23)));
        meter.Reserve(MeterKit.Call(3, new IdempotencyKey(8, 1)), Noon.AddHours(25));

        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(4, key), Noon.AddHours(1)));
        meter.Settle(4);

        var second = meter.CutRow()!;
        Assert.Equal(Noon.AddHours(25), Assert.Single(UsageBody.Decode(second.Body, second.Count).Entries).At);
        Assert.Empty(History.Verify([first, second]));
    }

    [Fact]
    public void A_counter_that_was_loaded_later_counts_a_key_from_then_if_the_clock_steps_back()
    {
        var meter = MeterKit.Meter(MeterKit.Entitled(), Noon.AddHours(25));

        meter.Reserve(MeterKit.Call(1, new IdempotencyKey(7, 1)), Noon.AddHours(1));
        meter.Settle(1);

        var row = meter.CutRow()!;
        Assert.Equal(Noon.AddHours(25), Assert.Single(UsageBody.Decode(row.Body, row.Count).Entries).At);
    }

    [Fact]
    public void A_key_runs_then_answers_for_24_hours_then_is_free()
    {
        var meter = Used(0);
        var key = new IdempotencyKey(1, 2);
        meter.Reserve(MeterKit.Call(1, key), Noon);
        Assert.Equal(QuotaRefusals.KeyInProgress, Code(2, key, Noon));
        Assert.Equal(QuotaRefusals.KeyReused, Code(3, new IdempotencyKey(1, 3), Noon));
        meter.Settle(1);
        Assert.Equal(QuotaRefusals.KeyInProgress, Code(4, key, Noon));
        meter.Committed(meter.CutRow()!);
        Assert.Equal(
            new Reservation.Repeated(new DateOnly(2026, 11, 23), 1, 1),
            meter.Reserve(MeterKit.Call(5, key), Noon.AddHours(24).AddTicks(-1))
        );
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(6, key), Noon.AddHours(24)));
        meter.Release(6);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(7, key), Noon.AddHours(24)));

        string Code(int id, IdempotencyKey again, DateTimeOffset at) =>
            Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(id, again), at)).Refusal.Code;
    }

    [Theory]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(499, false)]
    public void An_answer_below_400_is_counted_and_an_error_is_not(int status, bool counted)
    {
        var meter = Used(1_000);
        meter.Reserve(MeterKit.Call(1), Noon);

        Assert.True(meter.TrySettle(1, status, ("", default), out var settled));

        Assert.Equal((counted, counted), (settled is not null, meter.HasPending));
        var view = meter.View(Noon);
        Assert.Equal(counted ? (1_001, 0.020m, 0) : (1_000, 0m, 1), (view.DailyUsed, view.SpendUsed, view.ErrorsUsed));
    }

    [Fact]
    public void An_error_of_an_operation_that_is_free_takes_from_the_allowance_too()
    {
        var meter = Used(0);
        meter.Reserve(MeterKit.Call(1, billable: false), Noon);
        meter.Fail(1);

        Assert.Equal(1, meter.View(Noon).ErrorsUsed);
    }

    [Fact]
    public void What_was_answered_with_an_error_is_judged_anew_under_its_key()
    {
        var meter = Used(0);
        var key = new IdempotencyKey(1, 2);
        meter.Reserve(MeterKit.Call(1, key), Noon);
        meter.Fail(1, 409);

        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(2, key), Noon));
        meter.Fail(2, 422);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(3, new IdempotencyKey(1, 3)), Noon));
    }

    [Fact]
    public void An_error_keeps_its_place_in_the_burst()
    {
        var meter = MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard, new BurstLimit(2, 1)), Noon);
        meter.Reserve(MeterKit.Call(1), Noon);
        meter.Fail(1);
        meter.Reserve(MeterKit.Call(2), Noon);
        meter.Fail(2);

        Assert.Equal(QuotaRefusals.BurstExceeded, Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(3), Noon)).Refusal.Code);
    }

    [Fact]
    public void Beyond_the_days_errors_nothing_passes_until_midnight()
    {
        var meter = Used(0);
        for (var i = 1; i <= MeterKit.ErrorsPerDay; i++)
        {
            Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(i), Noon));
            meter.Fail(i);
        }

        var midnight = MeterKit.At("2026-11-24 00:00");
        foreach (var billable in new[] { true, false })
        {
            var refused = Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(9, billable: billable), midnight.AddTicks(-1)));
            Assert.Equal(
                (QuotaRefusals.AbnormalUsageCode, "errors", 4, 4, midnight, midnight),
                (
                    refused.Refusal.Code,
                    refused.Refusal.Counter,
                    refused.Refusal.Limit,
                    refused.Refusal.Used,
                    refused.Refusal.ResetsAt,
                    refused.Refusal.RetryAt
                )
            );
        }

        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(10), midnight));
    }

    [Fact]
    public void An_answer_that_is_kept_is_still_given_beyond_the_days_errors()
    {
        var meter = Used(0);
        var key = new IdempotencyKey(1, 2);
        meter.Reserve(MeterKit.Call(100, key), Noon);
        meter.Settle(100);
        meter.Committed(meter.CutRow()!);
        for (var i = 1; i <= MeterKit.ErrorsPerDay; i++)
        {
            meter.Reserve(MeterKit.Call(i), Noon);
            meter.Fail(i);
        }

        Assert.IsType<Reservation.Repeated>(meter.Reserve(MeterKit.Call(101, key), Noon));
    }

    [Fact]
    public void An_error_of_a_call_of_yesterday_is_not_of_today()
    {
        var meter = Used(0);
        meter.Reserve(MeterKit.Call(1), MeterKit.At("2026-11-23 23:59:59"));
        meter.View(MeterKit.At("2026-11-24 00:00:01"));
        meter.Fail(1);

        Assert.Equal(0, meter.View(MeterKit.At("2026-11-24 00:00:02")).ErrorsUsed);
        Assert.True(meter.IsIdle);
    }

    private static Money Cny(string amount) => Money.Cny(decimal.Parse(amount, CultureInfo.InvariantCulture));

    private static (int Percent, decimal Used) SpendOf(ImmutableArray<UsageMark> marks)
    {
        var mark = Assert.Single(marks, one => one.Measure == UsageMeasure.Spend);
        return (mark.Percent, mark.Used);
    }

    private static CallMeter Spent(DateOnly day, int calls, decimal cap)
    {
        var days = new[] { new MeteredDay(day, 1, calls, [], PriceBook.Standard, UsageRow.Genesis) };
        var now = MeterKit.Calendar.StartOf(day).AddHours(12);
        return MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard, cap: cap), now, UsageHistory.None with { Days = days });
    }

    private static CallMeter Used(int calls)
    {
        var day = new MeteredDay(new DateOnly(2026, 11, 23), 1, calls, [], PriceBook.Standard, UsageRow.Genesis);
        return MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard), Noon, UsageHistory.None with { Days = calls == 0 ? [] : [day] });
    }
}
