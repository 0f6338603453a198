using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Requests;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.PluginApi;

/// <summary>Shows a plugin its own counters; not counted.</summary>
public static class QuotaEndpoint
{
    public static void MapQuota(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/open/v1/quota", Get)
            .RequireRunningInstallation()
            .WithTags("Plugin out")
            .WithSummary("Counters, limits and reset instants; not counted.");

    private static Task Get(HttpContext context, CounterHeaders counters)
    {
        var view = context.CallerCounters();
        counters.Write(context, view);
        context.Response.ContentType = JsonMediaTypes.Utf8;
        var answer = QuotaAnswer.Of(context.CallerInstallation(), view);
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, QuotaJson.Default.QuotaAnswer, context.RequestAborted);
    }
}

internal sealed record QuotaAnswer(
    string Installation,
    DateOnly Day,
    DailyAnswer Daily,
    BurstAnswer Burst,
    SpendAnswer Spend,
    DailyAnswer Errors
)
{
    public static QuotaAnswer Of(InstallationId installation, QuotaView view) =>
        new(
            installation.ToString(),
            view.Day,
            new DailyAnswer(view.DailyLimit, view.DailyUsed, view.DailyRemaining, view.DailyResetsAt),
            new BurstAnswer(view.Burst.Capacity, view.BurstRemaining, view.Burst.PerSecond, view.BurstResetsAt),
            new SpendAnswer(view.SpendCap, view.SpendUsed, view.SpendCap - view.SpendUsed, Money.BillingCurrency, view.SpendResetsAt),
            new DailyAnswer(view.ErrorLimit, view.ErrorsUsed, view.ErrorsRemaining, view.DailyResetsAt)
        );
}

internal sealed record DailyAnswer(long Limit, long Used, long Remaining, [property: JsonPropertyName("resetsAt")] DateTimeOffset ResetsAt);

internal sealed record BurstAnswer(
    int Limit,
    int Remaining,
    int PerSecond,
    [property: JsonPropertyName("resetsAt")] DateTimeOffset ResetsAt
);

internal sealed record SpendAnswer(
    decimal? Cap,
    decimal Used,
    decimal? Remaining,
    string Currency,
    [property: JsonPropertyName("resetsAt")] DateTimeOffset ResetsAt
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuotaAnswer))]
internal sealed partial class QuotaJson : JsonSerializerContext;
