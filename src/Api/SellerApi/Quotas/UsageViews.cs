using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.PluginApi;
using Marketplace.Billing;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.SellerApi.Quotas;

internal sealed record UsageList(IReadOnlyList<UsageView> Usage, string? NextCursor, bool HasMore);

/// <summary>An installation's counters as its plugin sees them, with the prices that its seller pays.</summary>
internal sealed record UsageView(
    string Installation,
    string Plugin,
    DateOnly Day,
    DailyAnswer Daily,
    BurstAnswer? Burst,
    SpendAnswer Spend,
    DailyAnswer? Errors,
    IReadOnlyList<TierView> Tiers,
    decimal? NextPrice
)
{
    public static UsageView Of(InstallationId installation, SellerUsage usage)
    {
        var answer = QuotaAnswer.Of(installation, usage.View);
        return new UsageView(
            answer.Installation,
            installation.Plugin.Value,
            answer.Day,
            answer.Daily,
            usage.Counter is null ? null : answer.Burst,
            answer.Spend,
            usage.Counter is null ? null : answer.Errors,
            [.. usage.Prices.Tiers.Select(tier => new TierView(tier.UpTo, tier.UnitPrice))],
            usage.NextPrice
        );
    }
}

/// <summary>One tier of the day's prices; <c>up_to</c> is its last call.</summary>
internal sealed record TierView(long UpTo, decimal UnitPrice);

/// <param name="Installation"><c>seller/plugin</c>.</param>
/// <param name="From">The first day, in Asia/Shanghai.</param>
/// <param name="To">The last day.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Days">Every day of the range, also those without calls.</param>
internal sealed record UsageDaysView(string Installation, DateOnly From, DateOnly To, string Currency, IReadOnlyList<UsageDayView> Days)
{
    public static UsageDaysView Of(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        IReadOnlyCollection<UsageDay> days,
        IReadOnlyCollection<DayErrorCount> errors
    )
    {
        var (used, failed) = (days.ToDictionary(day => day.Day), errors.ToDictionary(day => day.Day, day => day.Count));
        return new UsageDaysView(
            installation.ToString(),
            from,
            to,
            days.FirstOrDefault()?.Amount.Currency ?? Money.BillingCurrency,
            [
                .. Enumerable
                    .Range(from.DayNumber, to.DayNumber - from.DayNumber + 1)
                    .Select(DateOnly.FromDayNumber)
                    .Select(day => UsageDayView.Of(day, used.GetValueOrDefault(day), failed.GetValueOrDefault(day))),
            ]
        );
    }
}

/// <param name="Day">The day.</param>
/// <param name="Calls">Settled calls, which are those on the bill.</param>
/// <param name="ByTier">By tier; those without calls are absent.</param>
/// <param name="Amount">The exact sum of the tiers.</param>
/// <param name="Errors">Calls that were refused or failed (4xx, 5xx); they cost nothing.</param>
internal sealed record UsageDayView(DateOnly Day, long Calls, IReadOnlyList<TierUsageView> ByTier, decimal Amount, long Errors)
{
    public static UsageDayView Of(DateOnly day, UsageDay? used, long errors) =>
        used is null
            ? new UsageDayView(day, 0, [], 0.000m, errors)
            : new UsageDayView(
                day,
                used.Calls,
                [.. used.ByTier.Select(tier => new TierUsageView(tier.Tier, tier.Calls, tier.UnitPrice, tier.Amount))],
                used.Amount.Amount,
                errors
            );
}

/// <summary>The calls of a day in one tier, as on the bill.</summary>
internal sealed record TierUsageView(string Tier, long Calls, decimal UnitPrice, decimal Amount);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UsageDaysView))]
[JsonSerializable(typeof(UsageList))]
internal sealed partial class UsageJson : JsonSerializerContext
{
    public static UsageJson Readable => field ??= new(Default.Options.Readable());
}
