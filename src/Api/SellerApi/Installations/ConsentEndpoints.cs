using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>The consent document and the seller's actions on it (R42, R69, R71). There is no way to grant everything at once.</summary>
internal static class ConsentEndpoints
{
    private const int MaxScopes = 64;
    private const int MaxScopeLength = 64;
    private const int MaxTextLength = 128;

    public static void MapConsent(this RouteGroupBuilder group)
    {
        group.MapGet("{seller}/{plugin}/consent", Document).WithSummary("What the seller is asked to consent to, in Chinese and English.");
        group.MapPost("{seller}/{plugin}/consent", Consent).WithSummary("Accepts the agreement and grants exactly these scopes.");
        group
            .MapPut("{seller}/{plugin}/grants", ChangeGrants)
            .WithSummary("Sets exactly which scopes are granted; effective with the next call.");
    }

    private static async Task<IResult> Document(HttpContext context, IGrainFactory grains, PriceOffers offers)
    {
        var id = SellerRequest.Installation(context);
        var document = await SellerEndpoints.Grain(grains, id).GetConsent(context.RequestAborted);
        if (document is not { IsEnabled: true })
        {
            throw new RequestProblemException(InstallationRefusals.NotFound());
        }

        var offer = await offers.Of(id, document.Plugin, context.RequestAborted);
        return TypedResults.Json(ConsentDocumentView.Of(document with { Offer = offer }), ConsentJson.Readable.ConsentDocumentView);
    }

    private static async Task<IResult> Consent(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        SellerRequest.Require(context, SellerRole.Owner);
        var request = await SellerRequest.Body(context, SellerApiJson.Default.ConsentRequest);
        if (
            request.Agreement
            is not { Version: { Length: > 0 and <= MaxTextLength } version, Hash: { Length: > 0 and <= MaxTextLength } hash }
        )
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "agreement must name the version and the hash that the consent document shows."
            );
        }

        var command = new InstallationCommand.Consent(
            version,
            hash,
            Scopes(request.Scopes, "scopes"),
            Confirmation(request.Confirmation),
            request.PriceVersion
        );
        return SellerEndpoints.Ok(await SellerEndpoints.Execute(context, grains, id, command));
    }

    private static async Task<IResult> ChangeGrants(HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        var id = SellerRequest.Installation(context);
        var request = await SellerRequest.Body(context, SellerApiJson.Default.GrantsRequest);
        // Usage is irrelevant if closing used scopes is confirmed: a scope can then be withdrawn even while the ledger is down.
        var used = request.CloseUsed is true ? [] : await PermissionEndpoints.UsedScopes(grains, operations, id, context.RequestAborted);
        var command = new InstallationCommand.ChangeGrants(
            Scopes(request.Grants, "grants"),
            Confirmation(request.Confirmation),
            used,
            request.CloseUsed ?? false
        );
        return SellerEndpoints.Ok(await SellerEndpoints.Execute(context, grains, id, command));
    }

    private static ImmutableArray<string> Scopes(ImmutableArray<string>? scopes, string member) =>
        scopes is { IsDefault: false, Length: <= MaxScopes } given && given.All(scope => scope is { Length: > 0 and <= MaxScopeLength })
            ? given
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, $"{member} must be an array of at most {MaxScopes} scopes.");

    private static string? Confirmation(string? confirmation) =>
        confirmation?.Length > MaxTextLength
            ? throw new RequestProblemException(ProblemKinds.BodyInvalid, "confirmation must be what the refusal gave.")
            : confirmation;
}
