using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Policies;

namespace Marketplace.Api.PlatformApi;

/// <summary>The marketplace's policies: operators publish versions, everybody reads them.</summary>
internal static class PolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1/policies").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("", List).WithSummary("The policies with their versions.");
        group.MapPost("{policy}/versions", Publish).WithSummary("Publishes a version of a policy.");
        endpoints
            .MapGet("/catalogue/v1/policies/{policy}", Read)
            .Takes("version")
            .AllowAnonymous()
            .WithTags("Catalogue")
            .WithSummary("A policy's versions, and the text of the one in force or of a named one.");
    }

    /// <summary>The version of a policy that is in force now; null before the first.</summary>
    public static async Task<PolicyVersion?> InForce(HttpContext context, IGrainFactory grains, string policy) =>
        (await Grain(grains, policy).Get(context.RequestAborted)).InForceOn(Today(context));

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var policies = await Task.WhenAll(PolicyNames.All.Select(name => Grain(grains, name).Get(context.RequestAborted)));
        var views = PolicyNames.All.Zip(policies, (name, policy) => PolicyView.Of(name, policy, Today(context), null));
        return TypedResults.Json(new PolicyListView([.. views]), PolicyApiJson.Readable.PolicyListView);
    }

    private static async Task<IResult> Publish(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var name = Named(context);
        var body = await SellerRequest.Body(context, PolicyApiJson.Default.PolicyVersionRequest);
        var command = new PublishPolicy(
            body.Version ?? string.Empty,
            body.Text is { } text ? new BilingualText(text.Zh ?? string.Empty, text.En ?? string.Empty) : null,
            body.Hash,
            body.Link,
            body.EffectiveFrom ?? throw new RequestProblemException(ProblemKinds.BodyInvalid, "effective_from must be a day: yyyy-MM-dd.")
        );
        var policy = (await Grain(grains, name).Publish(command, by, CancellationToken.None)).OrProblem();
        return TypedResults.Json(
            PolicyView.Of(name, policy, Today(context), null),
            PolicyApiJson.Readable.PolicyView,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> Read(HttpContext context, IGrainFactory grains)
    {
        var name = Named(context);
        var policy = await Grain(grains, name).Get(context.RequestAborted);
        var version = context.Request.Query["version"] switch
        {
            [] => policy.InForceOn(Today(context)),
            [{ } one] => policy.Find(one) ?? throw new RequestProblemException(PolicyRefusals.NotFound()),
            _ => throw new RequestProblemException(ProblemKinds.ParameterInvalid, "version must be given once."),
        };
        return TypedResults.Json(PolicyView.Of(name, policy, Today(context), version), PolicyApiJson.Readable.PolicyView);
    }

    private static string Named(HttpContext context) =>
        context.Request.RouteValues["policy"] is string name && PolicyNames.IsKnown(name)
            ? name
            : throw new RequestProblemException(PolicyRefusals.NotFound());

    private static DateOnly Today(HttpContext context)
    {
        var services = context.RequestServices;
        var now = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains).GetUtcNow();
        return MarketCalendar.Shanghai.DayOf(now);
    }

    private static IPolicyGrain Grain(IGrainFactory grains, string policy) => grains.GetGrain<IPolicyGrain>(GrainKeys.Policy(policy));
}
