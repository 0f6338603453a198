using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Risk;
using Marketplace.Billing;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Risk;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PlatformApi;

/// <summary>The risk rules as data, and dry runs of them (role operator).</summary>
internal static class RiskRuleEndpoints
{
    public static void MapRiskRules(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1/risk/rules").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("", Get).WithSummary("The risk rules in force.");
        group.MapPut("", Set).WithSummary("Replaces the risk rules; in force everywhere within a second.");
        group.MapPost("dry-run", DryRun).WithSummary("What rules would have held of an installation's recorded calls.");
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains) =>
        Ok(await Grain(grains).Get(context.RequestAborted));

    private static async Task<IResult> Set(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, RiskApiJson.Default.RulesRequest);
        var outcome = await Grain(grains).Set(request.Rules ?? default, SellerRequest.By(context), context.RequestAborted);
        return Ok(outcome.OrProblem());
    }

    private static async Task<IResult> DryRun(HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        // Nothing is written, but an invalid key is refused as everywhere.
        _ = SellerRequest.By(context);
        var request = await SellerRequest.Body(context, RiskApiJson.Default.DryRunRequest);
        var rules = request.Rules is { } given ? new RiskRuleSet(0, given) : await Grain(grains).Get(context.RequestAborted);
        if (RiskRuleSet.Check(rules.Rules) is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        if (!InstallationId.TryParse(request.Installation, null, out var id) || request.Days is < 1 or > UsageStatistics.CountedDays)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"installation must be seller/plugin, and days 1–{UsageStatistics.CountedDays}."
            );
        }

        _ = await SellerEndpoints.Grain(grains, id).Get(context.RequestAborted)
            ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        var run = await grains
            .GetGrain<IRiskGrain>(GrainKeys.Risk(id))
            .DryRun(rules, operations.Writes, request.Days ?? 30, context.RequestAborted);
        return TypedResults.Json(DryRunView.Of(run), RiskApiJson.Readable.DryRunView);
    }

    private static IRiskRulesGrain Grain(IGrainFactory grains) => grains.GetGrain<IRiskRulesGrain>(GrainKeys.RiskRules());

    private static JsonHttpResult<RulesView> Ok(RiskRuleSet rules) =>
        TypedResults.Json(new RulesView(rules.Version, rules.Rules), RiskApiJson.Readable.RulesView);
}
