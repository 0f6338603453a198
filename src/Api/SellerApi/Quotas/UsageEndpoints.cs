using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Billing;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.SellerApi.Quotas;

/// <summary>What a seller's installations have used of their limits, and what the next call costs (R48–R51, R56).</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group
            .MapGet("usage", List)
            .Takes("seller", "limit", "cursor")
            .WithSummary("Counters, limits and prices of a seller's installations; not counted.");
        group
            .MapGet("installations/{seller}/{plugin}/usage", Get)
            .WithSummary("Counters, limits and prices of one installation; not counted.");
        group
            .MapGet("installations/{seller}/{plugin}/usage/days", ReadDays)
            .Takes("from", "to")
            .WithSummary("Calls, cost and errors of an installation, day by day.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, IQuotaGate gate)
    {
        var page = await InstallationPage.Read(context, grains, SellerRequest.Seller(context));
        var read = await Task.WhenAll(page.Installations.Select(id => Read(gate, id, context.RequestAborted)));
        return TypedResults.Json(new UsageList([.. read.OfType<UsageView>()], page.NextCursor, page.HasMore), UsageJson.Readable.UsageList);
    }

    private static async Task<IResult> Get(HttpContext context, IQuotaGate gate)
    {
        var view = await Read(gate, SellerRequest.Installation(context), context.RequestAborted)
            ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        return TypedResults.Json(view, UsageJson.Readable.UsageView);
    }

    private static async Task<IResult> ReadDays(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        var (from, to) = Range(context.Request);
        if (await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(context.RequestAborted) is null)
        {
            throw new RequestProblemException(InstallationRefusals.NotFound());
        }

        var days = grains.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(id)).ReadDays(from, to, context.RequestAborted);
        var errors = grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(id)).CountDays(context.RequestAborted);
        return TypedResults.Json(UsageDaysView.Of(id, from, to, await days, await errors), UsageJson.Readable.UsageDaysView);
    }

    private static (DateOnly From, DateOnly To) Range(HttpRequest request)
    {
        var query = new QueryReader(request);
        var (from, to) = (query.Day("from"), query.Day("to"));
        if (to < from || to.DayNumber - from.DayNumber >= UsageDay.MaxDays)
        {
            query.Wrong("to", $"a day not before 'from', at most {UsageDay.MaxDays} days in all");
        }

        return query.Result((from, to)).OrProblem();
    }

    private static async Task<UsageView?> Read(IQuotaGate gate, InstallationId id, CancellationToken cancellationToken) =>
        await gate.ReadUsage(id, cancellationToken) is { } usage ? UsageView.Of(id, usage) : null;
}
