using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Enforcement;
using Marketplace.Identity;

namespace Marketplace.Api.DeveloperApi;

/// <summary>A developer reads the notices about itself and appeals against those in force.</summary>
internal static class AppealEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/developer/v1/developers/{developer}")
            .RequireAuthorization(ClientRoles.DeveloperUser)
            .WithTags("Developers");
        group.MapGet("notices", List).WithSummary("The notices about the developer and its plugins, newest first.");
        group.MapPost("appeals", Appeal).WithSummary("Appeals against a notice in force.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var developer = await DeveloperEndpoints.RequireMember(context, grains);
        var actions = await EnforcementEndpoints.Grain(grains).List(context.RequestAborted);
        var own = actions.Reverse().Where(action => action.Notice is not null && action.Grounds.Developer == developer.Id);
        return TypedResults.Json(new OwnNoticeListView([.. own.Select(OwnNoticeView.Of)]), EnforcementApiJson.Readable.OwnNoticeListView);
    }

    private static async Task<IResult> Appeal(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, EnforcementApiJson.Default.AppealRequest);
        var developer = await DeveloperEndpoints.RequireMember(context, grains);
        var command = new EnforcementCommand.Appeal(developer.Id, body.Notice ?? string.Empty, body.Text ?? string.Empty);
        var action = (await EnforcementEndpoints.Grain(grains).Execute(command, by, CancellationToken.None)).OrProblem();
        return TypedResults.Json(
            OwnNoticeView.Of(action),
            EnforcementApiJson.Readable.OwnNoticeView,
            statusCode: StatusCodes.Status201Created
        );
    }
}
