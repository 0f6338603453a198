using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
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

    private static async Task<UsageView?> Read(IQuotaGate gate, InstallationId id, CancellationToken cancellationToken) =>
        await gate.ReadUsage(id, cancellationToken) is { } usage ? UsageView.Of(id, usage) : null;
}
