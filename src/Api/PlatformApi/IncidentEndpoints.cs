using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Diagnostics;
using Marketplace.Identity;

namespace Marketplace.Api.PlatformApi;

/// <summary>Incidents declared by operators (R57): shown to the affected sellers.</summary>
internal static class IncidentEndpoints
{
    private const int MaxListed = 200;
    private const int MaxTitle = 200;
    private const int MaxId = 64;

    public static void MapIncidents(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1/incidents").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("", List).WithSummary("Incidents, newest first.");
        group.MapPost("", Open).WithSummary("Declares an incident; sellers whom it touches find it in their diagnosis.");
        group.MapPost("{id}/resolve", Resolve).WithSummary("Ends an incident.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var incidents = await Grain(grains).List(context.RequestAborted);
        return TypedResults.Json(new IncidentList([.. incidents.Select(IncidentView.Of)]), DiagnosisJson.Readable.IncidentList);
    }

    private static async Task<IResult> Open(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, DiagnosisInputJson.Default.IncidentRequest);
        if (request.Title is not { Zh: { Length: > 0 and <= MaxTitle } zh, En: { Length: > 0 and <= MaxTitle } en })
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, $"title must have zh and en, each of 1–{MaxTitle} characters.");
        }

        var operations = Ids("operations", request.Operations);
        var scopes = operations.SelectMany(Scopes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var reach = new IncidentReach(operations, [.. scopes], Ids("plugins", request.Plugins), Ids("sellers", request.Sellers));
        var command = new IncidentCommand.Open(Guid.NewGuid().ToString("N"), new BilingualText(zh, en), reach);
        return await Execute(context, grains, command, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Resolve(HttpContext context, IGrainFactory grains)
    {
        _ = await SellerRequest.OptionalBody(context, SellerApiJson.Default.ReasonRequest);
        return await Execute(
            context,
            grains,
            new IncidentCommand.Resolve((string)context.Request.RouteValues["id"]!),
            StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> Execute(HttpContext context, IGrainFactory grains, IncidentCommand command, int status)
    {
        var outcome = await Grain(grains).Execute(command, SellerRequest.By(context), context.RequestAborted);
        return TypedResults.Json(IncidentView.Of(outcome.OrProblem()), DiagnosisJson.Readable.IncidentView, statusCode: status);
    }

    /// <summary>Upstream operations are configured, not built in; those affected are found by past calls.</summary>
    private static IEnumerable<string> Scopes(string operation) =>
        Operations.All.Where(known => known.Id.Value == operation).SelectMany(known => known.Scope.Scopes);

    private static ImmutableArray<string> Ids(string name, ImmutableArray<string>? ids) =>
        ids switch
        {
            null or { IsDefault: true } => [],
            { Length: <= MaxListed } given when given.All(id => id is { Length: > 0 and <= MaxId }) =>
            [
                .. given.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
            _ => throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"{name} must be at most {MaxListed} ids of at most {MaxId} characters."
            ),
        };

    private static IIncidentsGrain Grain(IGrainFactory grains) => grains.GetGrain<IIncidentsGrain>(IIncidentsGrain.GrainKey);
}
