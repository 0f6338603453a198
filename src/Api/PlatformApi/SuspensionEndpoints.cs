using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.PlatformApi;

/// <summary>Suspends installations on behalf of the platform (role operator).</summary>
public static class SuspensionEndpoints
{
    private const int MaxReasonLength = 500;

    public static void MapSuspensions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/platform/v1/installations/{seller}/{plugin}")
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators");
        group.MapPost("suspend", Suspend).WithSummary("Suspends an installation; effective with the next call.");
        group.MapPost("lift", Lift).WithSummary("Lifts a suspension.");
    }

    private static async Task<IResult> Suspend(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        var reason = (await SellerRequest.Body(context, SellerApiJson.Default.ReasonRequest)).Reason;
        return string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength
            ? throw new RequestProblemException(ProblemKinds.BodyInvalid, $"reason must say why, in at most {MaxReasonLength} characters.")
            : SellerEndpoints.Ok(await SellerEndpoints.Execute(context, grains, id, new InstallationCommand.Suspend(reason)));
    }

    private static async Task<IResult> Lift(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        _ = await SellerRequest.OptionalBody(context, SellerApiJson.Default.ReasonRequest);
        return SellerEndpoints.Ok(await SellerEndpoints.Execute(context, grains, id, new InstallationCommand.Lift()));
    }
}
