using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Risk;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Risk;

/// <summary>The holds of an installation's writes, and the seller's decisions (R70).</summary>
internal static class RiskEndpoints
{
    private const int MaxReasonLength = 500;

    public static void MapRisk(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/seller/v1/installations/{seller}/{plugin}/holds")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in");
        group.MapGet("", List).WithSummary("Score and holds of an installation's writes.");
        group.MapPost("{hold}/confirm", Confirm).WithSummary("The seller wants the write: it passes from the next try on.");
        group.MapPost("{hold}/reject", Reject).WithSummary("The seller does not want the write: it stays shut.");
        group.MapPost("{hold}/reverse", Reverse).WithSummary("Takes a decision back, with what it did to the score.");
        endpoints.MapRiskRules();
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var id = await Installation(context, grains);
        return TypedResults.Json(HoldList.Of(await Grain(grains, id).Get(context.RequestAborted)), RiskApiJson.Readable.HoldList);
    }

    private static Task<IResult> Confirm(HttpContext context, IGrainFactory grains)
    {
        _ = SellerRequest.Installation(context);
        SellerRequest.Require(context, SellerRole.Owner);
        return Decide(context, grains, (hold, by, reason) => new RiskCommand.Confirm(hold, by, reason));
    }

    private static Task<IResult> Reject(HttpContext context, IGrainFactory grains) =>
        Decide(context, grains, (hold, by, reason) => new RiskCommand.Reject(hold, by, reason));

    // Whether the owner is required depends on the original decision, which the hold knows.
    private static Task<IResult> Reverse(HttpContext context, IGrainFactory grains) =>
        Decide(context, grains, (hold, by, reason) => new RiskCommand.Reverse(hold, by, reason));

    private static async Task<IResult> Decide(
        HttpContext context,
        IGrainFactory grains,
        Func<string, ActorId, string?, RiskCommand> command
    )
    {
        var id = await Installation(context, grains);
        var reason = (await SellerRequest.OptionalBody(context, RiskApiJson.Default.DecisionRequest))?.Reason;
        if (reason?.Length > MaxReasonLength)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, $"reason must be at most {MaxReasonLength} characters.");
        }

        var by = SellerRequest.By(context);
        var hold = context.Request.RouteValues["hold"] as string ?? string.Empty;
        var outcome = await Grain(grains, id).Decide(command(hold, by.Actor, reason), by, context.RequestAborted);
        return TypedResults.Json(HoldView.Of(outcome.OrProblem(), DateTimeOffset.MinValue), RiskApiJson.Readable.HoldView);
    }

    /// <summary>The installation, if it exists: a hold's grain would not know.</summary>
    private static async Task<InstallationId> Installation(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        return await SellerEndpoints.Grain(grains, id).Get(context.RequestAborted) is null
            ? throw new RequestProblemException(InstallationRefusals.NotFound())
            : id;
    }

    private static IRiskGrain Grain(IGrainFactory grains, InstallationId id) => grains.GetGrain<IRiskGrain>(GrainKeys.Risk(id));
}
