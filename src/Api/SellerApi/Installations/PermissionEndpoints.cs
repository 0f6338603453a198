using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>The permission review: granted scopes, used ones, and those that could be closed (R71).</summary>
internal static class PermissionEndpoints
{
    public static void MapPermissions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group.MapGet("permissions", List).Takes("seller").WithSummary("The permission reviews of one seller's installations.");
        group.MapGet("installations/{seller}/{plugin}/permissions", Get).WithSummary("The permission review of one installation.");
        group
            .MapPost("installations/{seller}/{plugin}/permissions/close-idle", CloseIdle)
            .WithSummary("Closes the scopes that were not used for 30 days.");
        group
            .MapPost("installations/{seller}/{plugin}/permissions/sign-off", SignOff)
            .WithSummary("Notes that the seller has looked through the permissions.");
    }

    /// <summary>
    /// Scopes that an installation used in the last 30 days; empty if the ledger is unavailable, because closing a scope must not wait for
    /// it.
    /// </summary>
    public static async Task<ImmutableArray<string>> UsedScopes(
        IGrainFactory grains,
        OperationCatalogue operations,
        InstallationId id,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await Review(grains, operations, id, cancellationToken) is { } review ? review.Used : [];
        }
        catch (Exception e) when (e is Marketplace.StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            return [];
        }
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        var seller = SellerRequest.Seller(context);
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(context.RequestAborted);
        var shown = await SubAccountGate.Among(context, grains, seller, plugins);
        var reviews = await Task.WhenAll(
            shown.Select(plugin => Review(grains, operations, new InstallationId(seller, plugin), context.RequestAborted))
        );
        return TypedResults.Json(
            new PermissionList([.. reviews.OfType<PermissionReview>().Select(PermissionView.Of)]),
            SellerApiJson.Readable.PermissionList
        );
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains, OperationCatalogue operations) =>
        Ok(await Required(context, grains, operations, SellerRequest.Installation(context)));

    private static async Task<IResult> CloseIdle(HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        var id = SellerRequest.Installation(context);
        _ = await SellerRequest.OptionalBody(context, SellerApiJson.Default.NothingRequest);
        var review = await Required(context, grains, operations, id);
        var kept = review.Evidence.State.GrantsAt(review.Evidence.Now).RemoveRange(review.Idle);
        var command = new InstallationCommand.ChangeGrants(kept, null, review.Used, CloseUsed: false, OnlyCloses: true);
        return SellerEndpoints.Ok(await SellerEndpoints.Execute(context, grains, id, command));
    }

    private static async Task<IResult> SignOff(HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        var id = SellerRequest.Installation(context);
        _ = await SellerRequest.OptionalBody(context, SellerApiJson.Default.NothingRequest);
        var review = await Required(context, grains, operations, id);
        var answer = await SellerEndpoints.Execute(context, grains, id, new InstallationCommand.SignOffReview(review.Idle));
        return Ok(PermissionReview.Of(review.Evidence with { State = answer.State }));
    }

    private static async Task<PermissionReview> Required(
        HttpContext context,
        IGrainFactory grains,
        OperationCatalogue operations,
        InstallationId id
    ) => await Review(grains, operations, id, context.RequestAborted) ?? throw new RequestProblemException(InstallationRefusals.NotFound());

    private static async Task<PermissionReview?> Review(
        IGrainFactory grains,
        OperationCatalogue operations,
        InstallationId id,
        CancellationToken cancellationToken
    )
    {
        var answer = await SellerEndpoints.Grain(grains, id).Get(cancellationToken);
        var plugin = answer is null ? null : await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(cancellationToken);
        if (answer is null || plugin is null)
        {
            return null;
        }

        var usage = await grains.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(id)).Read(cancellationToken);
        var delivery = await grains.GetDelivery(id).GetStatus(cancellationToken);
        return PermissionReview.Of(
            new ReviewEvidence(id, answer.State, plugin, usage, operations.Scopes, answer.At)
            {
                IsPushed = delivery is { Setup.Endpoint: not null },
            }
        );
    }

    private static JsonHttpResult<PermissionView> Ok(PermissionReview review) =>
        TypedResults.Json(PermissionView.Of(review), SellerApiJson.Readable.PermissionView);
}
