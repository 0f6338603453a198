using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Billing;
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

        Assert.Equal(
            new SettledCall(new DateOnly(2026, 11, 23), number, Cny(price), Cny(total)), meter.Settle(number));
    }

    [Fact]
    public void The_call_after_the_last_one_is_refused_and_allowed_again_after_midnight_in_Shanghai()
    {
        var meter = Used(20_000);
        var midnight = MeterKit.At("2026-11-24 00:00");

        var refusal = Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(20_001), midnight.AddTicks(-1))).Refusal;
        Assert.Equal((QuotaRefusals.QuotaExceeded, "daily", 20_000m, 20_000m), (refusal.Code, refusal.Counter, refusal.Limit, refusal.Used));
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
    public void An_older_entitlement_never_replaces_a_newer_one()
    {
        var meter = Used(0);
        meter.Entitle(MeterKit.Entitled(version: 3) with { Stop = InstallationRefusals.Paused(new SellerPause(Noon, null)) });
        meter.Entitle(MeterKit.Entitled(version: 2));

        Assert.Equal(InstallationRefusals.InstallationPaused, Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(1), Noon)).Refusal.Code);
    }

    [Fact]
    public void A_revoked_token_stops_the_very_next_call_and_no_other_token()
    {
        var meter = Used(0);
        meter.Entitle(MeterKit.Entitled(version: 2) with { RevokedTokens = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("token-1", Noon) });

        Assert.Equal(QuotaRefusals.TokenRevoked, Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(1), Noon)).Refusal.Code);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(2) with { TokenId = "token-2" }, Noon));
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
        meter.Committed(meter.TakeRow()!);
        Assert.Equal(new Reservation.Repeated(new DateOnly(2026, 11, 23), 1, 1), meter.Reserve(MeterKit.Call(5, key), Noon.AddHours(24).AddTicks(-1)));
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(6, key), Noon.AddHours(24)));
        meter.Release(6);
        Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call(7, key), Noon.AddHours(24)));

        string Code(int id, IdempotencyKey again, DateTimeOffset at) => Assert.IsType<Reservation.Refused>(meter.Reserve(MeterKit.Call(id, again), at)).Refusal.Code;
    }

    private static Money Cny(string amount) => Money.Cny(decimal.Parse(amount, CultureInfo.InvariantCulture));

    private static CallMeter Used(int calls)
    {
        var day = new MeteredDay(new DateOnly(2026, 11, 23), 1, calls, [], PriceBook.Standard, UsageRow.Genesis);
        return MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard), Noon, UsageHistory.None with { Days = calls == 0 ? [] : [day] });
    }
}
