using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>Entitlements, calls and histories with good defaults.</summary>
internal static class MeterKit
{
    public const string Scope = "orders.read";

    /// <summary>Few, so that short sequences use them up.</summary>
    public const long ErrorsPerDay = 4;

    public static DataRegion Region { get; } = DataRegion.Parse("eu-frankfurt");

    public static InstallationId Id { get; } = InstallationId.Parse("seller-1/label-printer", null);

    public static MarketCalendar Calendar { get; } = MarketCalendar.Shanghai;

    /// <summary>Few calls a day, so that short sequences reach every tier and the limit.</summary>
    public static PriceBook SmallBook { get; } = new(1, [new PriceTier(3, 0m), new PriceTier(6, 0.020m), new PriceTier(10, 0.015m)]);

    public static PriceBook OtherBook { get; } = new(2, [new PriceTier(2, 0.001m), new PriceTier(7, 0.5m)]);

    public static Entitlement Entitled(PriceBook? prices = null, BurstLimit? burst = null, decimal? cap = null, long version = 1) =>
        new(
            version,
            null,
            ImmutableHashSet.Create(StringComparer.Ordinal, Scope),
            Region,
            prices ?? SmallBook,
            burst ?? new BurstLimit(1_000_000, 1_000_000),
            cap,
            null,
            ImmutableDictionary<string, DateTimeOffset>.Empty
        );

    public static CallIntent Call(int id, IdempotencyKey? key = null, bool billable = true) =>
        new((UInt128)id, OperationName.Parse("orders.get"), Scope, billable, Region, "token-1", DateTimeOffset.MaxValue, key);

    public static CallMeter Meter(Entitlement entitlement, DateTimeOffset now, UsageHistory? history = null) =>
        new(Id, Calendar, entitlement, history ?? UsageHistory.None, now, ErrorsPerDay);

    public static DateTimeOffset At(string shanghai) =>
        new(DateTime.Parse(shanghai, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

    public static SettledCall? Settle(this CallMeter meter, int id) =>
        meter.TrySettle((UInt128)id, 200, ("application/json", "{}"u8.ToArray()), out var settled)
            ? settled
            : throw new InvalidOperationException($"Call {id} is not open.");

    /// <summary>Ends a call with an error of the caller's.</summary>
    public static void Fail(this CallMeter meter, int id, int status = 404)
    {
        Assert.True(meter.TrySettle((UInt128)id, status, ("application/problem+json", "{}"u8.ToArray()), out var settled));
        Assert.Null(settled);
    }

    /// <summary>What a store would give a meter that starts now (the same ranges as the grain reads).</summary>
    public static UsageHistory HistoryOf(IReadOnlyCollection<UsageRow> rows, DateTimeOffset now)
    {
        var today = Calendar.DayOf(now);
        var month = new DateOnly(today.Year, today.Month, 1);
        var sorted = rows.OrderBy(row => row.Day).ThenBy(row => row.Seq).ToArray();
        var days = sorted
            .Where(row => row.Day >= month)
            .GroupBy(row => row.Day)
            .Select(day => MeteredDay.From(day.First(), day.Last()))
            .ToArray();
        var before = sorted.LastOrDefault(row => row.Day < month);
        var keys = sorted.Where(row => row.Keyed && row.Day >= today.AddDays(-1)).SelectMany(KeptKeys.Of).ToArray();
        return new UsageHistory(days, before?.Hash ?? UsageRow.Genesis, keys);
    }
}
