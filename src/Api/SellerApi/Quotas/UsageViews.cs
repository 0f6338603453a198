using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.PluginApi;
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UsageList))]
internal sealed partial class UsageJson : JsonSerializerContext
{
    public static UsageJson Readable => field ??= new(Default.Options.Readable());
}
