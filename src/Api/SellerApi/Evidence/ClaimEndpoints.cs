using System.Text;
using System.Text.Json;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>
/// Claims under the plugin service agreement (R66): the owner files and withdraws, the developer answers, the operator decides.
/// </summary>
internal static class ClaimEndpoints
{
    internal const int MaxListed = 200;

    /// <summary>A bundle contains whole rows of the delivery log; the largest are some megabytes.</summary>
    private const int MaxFilingBytes = 4 * 1024 * 1024;

    public static void MapClaims(this IEndpointRouteBuilder endpoints)
    {
        var seller = endpoints.MapGroup("/seller/v1/claims").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        seller.MapPost("", File);
        seller.MapGet("", ListOwn).Takes("seller");
        seller.MapGet("{claim}", GetOwn).Takes("seller");
        seller.MapPost("{claim}/withdraw", Withdraw);
        seller.MapPost("{claim}/reopen", Reopen);

        var plugin = endpoints
            .MapGroup("/open/v1/claims")
            .RequireAuthorization(ClientRoles.Plugin)
            .RequireInstallation()
            .WithTags("Plugin out");
        plugin.MapGet("", PluginClaims.List);
        plugin.MapGet("{claim}", PluginClaims.Get);
        plugin.MapPost("{claim}/answer", PluginClaims.Answer);

        var platform = endpoints.MapGroup("/platform/v1/claims/{seller}").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        platform.MapGet("", ListOf);
        platform.MapGet("{claim}", GetOf);
        platform.MapPost("{claim}/answer", Answer);
        platform.MapPost("{claim}/extend", Extend);
        platform.MapPost("{claim}/accept", Accept);
        platform.MapPost("{claim}/reject", Reject);
        platform.MapPost("{claim}/settle", Settle);
    }

    private static async Task<IResult> File(HttpContext context, IGrainFactory grains, EvidenceService service, TimeProvider time)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.FileClaimRequest, MaxFilingBytes);
        var seller = SellerRequest.Seller(context, request.Seller);
        SellerRequest.Require(context, SellerRole.Owner);
        var by = SellerRequest.By(context);
        var grounds = await Grounds(service, seller, request, context.RequestAborted);
        var order = (await grains.GetFeed(seller).GetOrder(grounds.OrderId, null, context.RequestAborted)).OrProblem();
        var command = new ClaimCommand.File(grounds with { Currency = order.Currency }) { OrderTotal = order.Total };
        if (ClaimRules.Decide(null, command, time.GetUtcNow()).Refusal is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        var id = ClaimIds.Of(InstallationId.Parse(command.Grounds.Installation, null), command.Grounds.OrderId);
        // List first: an entry without a claim is skipped, but a claim without an entry could not be found.
        await grains.GetGrain<IClaimsGrain>(GrainKeys.Claims(seller)).Add(id, by, context.RequestAborted);
        var outcome = await Grain(grains, seller, id).Execute(command, by, context.RequestAborted);
        return TypedResults.Json(
            ClaimView.Of(id, outcome.OrProblem()),
            ClaimApiJson.Readable.ClaimView,
            statusCode: StatusCodes.Status201Created
        );
    }

    /// <summary>The grounds of the claim, taken from the bundle and not from the seller's statement.</summary>
    private static async Task<ClaimGrounds> Grounds(
        EvidenceService service,
        SellerId seller,
        FileClaimRequest request,
        CancellationToken cancellationToken
    )
    {
        var signed = Read(request.Evidence);
        if (!await service.IsOurs(signed, cancellationToken))
        {
            throw Invalid("The bundle is not signed by this marketplace, or it was altered.");
        }

        var facts = signed.Bundle.Facts;
        if (
            !InstallationId.TryParse(facts.Installation, null, out var installation)
            || installation.Seller != seller
            || facts.Reader == EvidenceReaders.Plugin
        )
        {
            throw Invalid("The bundle is not one that was made for the seller.");
        }

        var verdict = signed.Bundle.Verdict.ForLoss();
        return new ClaimGrounds(
            facts.Installation,
            facts.OrderId,
            EvidenceBundle.HashOf(signed.Bundle.Encode()),
            verdict.Party,
            verdict.Cause,
            facts.Agreement?.Version,
            facts.Agreement?.Hash,
            facts.Plugin.Certified,
            request.Amount ?? 0,
            request.Reason ?? string.Empty
        );
    }

    private static SignedEvidence Read(JsonElement? evidence)
    {
        try
        {
            return SignedEvidence.Decode(
                Encoding.UTF8.GetBytes(evidence is { ValueKind: JsonValueKind.Object } file ? file.GetRawText() : "null")
            );
        }
        catch (FormatException e)
        {
            throw Invalid(e.Message);
        }
    }

    private static RequestProblemException Invalid(string reason) => new(ClaimRefusals.Evidence(reason));

    private static Task<IResult> ListOwn(HttpContext context, IGrainFactory grains) => List(context, grains, SellerRequest.Seller(context));

    private static Task<IResult> GetOwn(HttpContext context, IGrainFactory grains) => Get(context, grains, SellerRequest.Seller(context));

    private static async Task<IResult> Withdraw(HttpContext context, IGrainFactory grains)
    {
        var (seller, reason) = await OwnersWish(context);
        return await Execute(context, grains, seller, new ClaimCommand.Withdraw(reason));
    }

    private static async Task<IResult> Reopen(HttpContext context, IGrainFactory grains)
    {
        var (seller, reason) = await OwnersWish(context);
        return await Execute(context, grains, seller, new ClaimCommand.Reopen(reason ?? string.Empty));
    }

    private static async Task<(SellerId Seller, string? Reason)> OwnersWish(HttpContext context)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.SellerClaimRequest);
        var seller = SellerRequest.Seller(context, request.Seller);
        SellerRequest.Require(context, SellerRole.Owner);
        return (seller, request.Reason);
    }

    private static Task<IResult> ListOf(HttpContext context, IGrainFactory grains) => List(context, grains, SellerOf(context));

    private static Task<IResult> GetOf(HttpContext context, IGrainFactory grains) => Get(context, grains, SellerOf(context));

    private static async Task<IResult> Answer(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.ClaimTextRequest);
        return await Execute(context, grains, SellerOf(context), new ClaimCommand.Answer(request.Text ?? string.Empty));
    }

    private static async Task<IResult> Extend(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.ExtendClaimRequest);
        var command = new ClaimCommand.Extend(request.Days ?? 0, request.Reason ?? string.Empty);
        return await Execute(context, grains, SellerOf(context), command);
    }

    private static async Task<IResult> Accept(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.ClaimReasonRequest);
        return await Execute(context, grains, SellerOf(context), new ClaimCommand.Accept(request.Reason ?? string.Empty));
    }

    private static async Task<IResult> Reject(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.ClaimReasonRequest);
        return await Execute(context, grains, SellerOf(context), new ClaimCommand.Reject(request.Reason ?? string.Empty));
    }

    private static async Task<IResult> Settle(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, ClaimApiJson.Default.SettleClaimRequest);
        return await Execute(
            context,
            grains,
            SellerOf(context),
            new ClaimCommand.Settle(request.Amount ?? 0, request.Reference ?? string.Empty)
        );
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var ids = await grains.GetGrain<IClaimsGrain>(GrainKeys.Claims(seller)).List(context.RequestAborted);
        var claims = await Task.WhenAll(
            ids.Take(MaxListed).Select(async id => (Id: id, Claim: await Grain(grains, seller, id).Get(context.RequestAborted)))
        );
        var views = claims.Where(line => line.Claim is not null).Select(line => ClaimView.Of(line.Id, line.Claim!));
        return TypedResults.Json(new ClaimListView([.. views]), ClaimApiJson.Readable.ClaimListView);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var id = IdOf(context);
        return await Grain(grains, seller, id).Get(context.RequestAborted) is { } claim
            ? TypedResults.Json(ClaimView.Of(id, claim), ClaimApiJson.Readable.ClaimView)
            : throw new RequestProblemException(ClaimRefusals.NotFound());
    }

    private static async Task<IResult> Execute(HttpContext context, IGrainFactory grains, SellerId seller, ClaimCommand command)
    {
        var (id, by) = (IdOf(context), SellerRequest.By(context));
        var outcome = await Grain(grains, seller, id).Execute(command, by, context.RequestAborted);
        return TypedResults.Json(ClaimView.Of(id, outcome.OrProblem()), ClaimApiJson.Readable.ClaimView);
    }

    internal static string IdOf(HttpContext context) =>
        context.Request.RouteValues["claim"] is string id && ClaimIds.IsValid(id)
            ? id
            : throw new RequestProblemException(ClaimRefusals.NotFound());

    private static SellerId SellerOf(HttpContext context) =>
        SellerId.TryParse(context.Request.RouteValues["seller"] as string, null, out var seller)
            ? seller
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name a seller.");

    internal static IClaimGrain Grain(IGrainFactory grains, SellerId seller, string id) =>
        grains.GetGrain<IClaimGrain>(GrainKeys.Claim(seller, id));
}
