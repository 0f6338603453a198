using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Developers;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.DeveloperApi;

/// <summary>What a developer's plugins earned, for its owners and finance (R47).</summary>
internal static class RevenueEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/developer/v1/developers/{developer}/revenue", Read)
            .RequireAuthorization(ClientRoles.DeveloperUser)
            .WithTags("Developers")
            .Takes("month")
            .WithSummary("What the developer's plugins earned in a month.")
            .Bounded(HeavyKind.Revenue);

    private static async Task<IResult> Read(HttpContext context, IGrainFactory grains)
    {
        var developer = await DeveloperEndpoints.RequireMember(context, grains);
        if (context.Features.Get<CallerIdentity>()?.DeveloperRole is not (DeveloperRole.Owner or DeveloperRole.Finance))
        {
            throw new RequestProblemException(
                SellerRefusals.RoleForbids(
                    ActorRole.OfDeveloper(DeveloperRole.Owner).ToString(),
                    ActorRole.OfDeveloper(DeveloperRole.Finance).ToString()
                )
            );
        }

        var query = new QueryReader(context.Request);
        var text = query.Text("month");
        if (
            !DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            || month.Year is < 2000 or > 2999
        )
        {
            query.Wrong("month", "a month, yyyy-MM");
        }

        month = query.Result(month).OrProblem();
        var revenue = await grains.GetGrain<IRevenueGrain>(GrainKeys.Revenue(developer.Id)).Read(month, context.RequestAborted);
        return TypedResults.Json(RevenueView.Of(revenue), RevenueJson.Readable.RevenueView);
    }
}

/// <summary>
/// A month's revenue. <see cref="Share"/>: The platform's share of the gross amount, 0 to 1. <see cref="Policy"/>: The version of the
/// pricing policy that it is of. <see cref="Final"/>: False while a seller's bill of the month is open.
/// </summary>
internal sealed record RevenueView(
    string Developer,
    string Month,
    string Currency,
    decimal Share,
    string Policy,
    bool Final,
    IReadOnlyList<RevenueLineView> Plugins,
    decimal Gross,
    decimal PlatformShare,
    decimal Net
)
{
    public static RevenueView Of(Revenue revenue) =>
        new(
            revenue.Developer.Value,
            BillingMonths.Text(revenue.Month),
            Money.BillingCurrency,
            revenue.Share,
            revenue.Policy,
            revenue.IsFinal,
            [.. revenue.Lines.Select(RevenueLineView.Of)],
            revenue.Lines.Sum(static line => line.Gross.Amount),
            revenue.Lines.Sum(static line => line.PlatformShare.Amount),
            revenue.Lines.Sum(static line => line.Net.Amount)
        );
}

/// <summary>What one plugin earned; sellers are counted and not named.</summary>
internal sealed record RevenueLineView(
    string Plugin,
    int Sellers,
    long Calls,
    decimal Usage,
    decimal Subscriptions,
    decimal Adjustments,
    decimal Gross,
    decimal PlatformShare,
    decimal Net
)
{
    public static RevenueLineView Of(RevenueLine line) =>
        new(
            line.Plugin.Value,
            line.Sellers,
            line.Calls,
            line.Usage.Amount,
            line.Subscriptions.Amount,
            line.Adjustments.Amount,
            line.Gross.Amount,
            line.PlatformShare.Amount,
            line.Net.Amount
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RevenueView))]
internal sealed partial class RevenueJson : JsonSerializerContext
{
    public static RevenueJson Readable => field ??= new(Default.Options.Readable());
}
