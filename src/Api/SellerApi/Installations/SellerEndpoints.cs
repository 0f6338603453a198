using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>Seller Center's actions on a seller's installations (role seller-center, or seller-user for its own seller).</summary>
public static class SellerEndpoints
{
    private const int MaxReasonLength = 500;

    public static void MapSellerInstallations(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1/installations").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group.MapPost("", Enable).WithSummary("Begins to enable a plugin for a seller; consent and enterprise follow.");
        group.MapGet("", List).Takes("seller", "limit", "cursor").WithSummary("The installations of one seller.");
        group.MapGet("{seller}/{plugin}", Get).WithSummary("One installation.");
        group.MapConsent();
        group.MapPost("{seller}/{plugin}/pause", Pause).WithSummary("Pauses the installation; effective with the next call.");
        group.MapPost("{seller}/{plugin}/resume", Resume).WithSummary("Resumes a paused installation.");
        group.MapPost("{seller}/{plugin}/disable", Disable).WithSummary("Ends consent and grants; enabling requires new consent.");
        group.MapPut("{seller}/{plugin}/settings", ChangeSettings).WithSummary("Sets sync window and spend cap.");
    }

    private static async Task<IResult> Enable(HttpContext context, IGrainFactory grains, PriceOffers offers)
    {
        var request = await SellerRequest.Body(context, SellerApiJson.Default.EnableRequest);
        if (!SellerId.TryParse(request.Seller, null, out var seller) || !PluginId.TryParse(request.Plugin, null, out var plugin))
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "seller and plugin must be ids: 1–64 characters of A–Z a–z 0–9 . _ -"
            );
        }

        var id = SellerRequest.Own(context, new InstallationId(seller, plugin));
        await SubAccountGate.Require(context, grains, id);
        var outcome = await Execute(context, grains, id, new InstallationCommand.Enable());
        var profile = await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).Get(context.RequestAborted);
        var view = InstallationView.Of(outcome) with
        {
            Prices = profile is null ? null : PriceOfferView.Of(await offers.Of(id, profile, context.RequestAborted)),
        };
        return TypedResults.Json(
            view,
            SellerApiJson.Readable.InstallationView,
            statusCode: outcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var page = await InstallationPage.Read(context, grains, SellerRequest.Seller(context));
        var answers = await Task.WhenAll(page.Installations.Select(id => Grain(grains, id).Get(context.RequestAborted)));
        var views = answers.OfType<InstallationAnswer>().Select(InstallationView.Of).ToArray();
        return TypedResults.Json(new InstallationList(views, page.NextCursor, page.HasMore), SellerApiJson.Readable.InstallationList);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains) =>
        Ok(
            await Grain(grains, SellerRequest.Installation(context)).Get(context.RequestAborted)
                ?? throw new RequestProblemException(InstallationRefusals.NotFound())
        );

    private static async Task<IResult> Pause(HttpContext context, IGrainFactory grains)
    {
        var reason = await Reason(context);
        return Ok(await Execute(context, grains, SellerRequest.Installation(context), new InstallationCommand.Pause(reason)));
    }

    private static async Task<IResult> Resume(HttpContext context, IGrainFactory grains)
    {
        // The reason is not stored, but an unreadable body is still refused.
        _ = await Reason(context);
        return Ok(await Execute(context, grains, SellerRequest.Installation(context), new InstallationCommand.Resume()));
    }

    private static async Task<IResult> Disable(HttpContext context, IGrainFactory grains)
    {
        var reason = await Reason(context);
        return Ok(await Execute(context, grains, SellerRequest.Installation(context), new InstallationCommand.Disable(reason)));
    }

    private static async Task<IResult> ChangeSettings(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, SellerApiJson.Default.SettingsRequest);
        if (!request.NamesWindow && !request.NamesCap)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "sync_window_hours or spend_cap is wanted; what is not named stays as it is."
            );
        }

        var command = new InstallationCommand.ChangeSettings(
            request.SyncWindowHours,
            request.SpendCap,
            !request.NamesWindow,
            !request.NamesCap
        );
        return Ok(await Execute(context, grains, SellerRequest.Installation(context), command));
    }

    private static async Task<string?> Reason(HttpContext context)
    {
        var reason = (await SellerRequest.OptionalBody(context, SellerApiJson.Default.ReasonRequest))?.Reason;
        return reason?.Length > MaxReasonLength
            ? throw new RequestProblemException(ProblemKinds.BodyInvalid, $"reason must be at most {MaxReasonLength} characters.")
            : reason;
    }

    internal static async Task<InstallationAnswer> Execute(
        HttpContext context,
        IGrainFactory grains,
        InstallationId id,
        InstallationCommand command
    ) => (await Grain(grains, id).Execute(command, SellerRequest.By(context), context.RequestAborted)).OrProblem();

    internal static IInstallationGrain Grain(IGrainFactory grains, InstallationId id) =>
        grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));

    internal static JsonHttpResult<InstallationView> Ok(InstallationAnswer answer) =>
        TypedResults.Json(InstallationView.Of(answer), SellerApiJson.Readable.InstallationView);
}
