using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;

namespace Marketplace.Api.DeveloperApi;

/// <summary>Claims for the developer, read with the plugin's client: those against its own installations, even stopped ones.</summary>
internal static class PluginClaims
{
    public static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var installation = context.CallerInstallation();
        var ids = await grains.GetGrain<IClaimsGrain>(GrainKeys.Claims(installation.Seller)).List(context.RequestAborted);
        var views = new List<ClaimView>();
        foreach (var id in ids)
        {
            if (
                await ClaimEndpoints.Grain(grains, installation.Seller, id).Get(context.RequestAborted) is { } claim
                && IsAgainst(claim, installation)
            )
            {
                views.Add(ClaimView.Of(id, claim));
            }

            if (views.Count == ClaimEndpoints.MaxListed)
            {
                break;
            }
        }

        return TypedResults.Json(new ClaimListView(views), ClaimApiJson.Readable.ClaimListView);
    }

    public static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var (id, claim) = await Find(context, grains, context.CallerInstallation());
        return TypedResults.Json(ClaimView.Of(id, claim), ClaimApiJson.Readable.ClaimView);
    }

    public static async Task<IResult> Answer(HttpContext context, IGrainFactory grains)
    {
        var installation = context.CallerInstallation();
        var by = SellerRequest.By(context);
        var text = (await SellerRequest.Body(context, ClaimApiJson.Default.ClaimTextRequest)).Text;
        var (id, _) = await Find(context, grains, installation);
        var outcome = await ClaimEndpoints
            .Grain(grains, installation.Seller, id)
            .Execute(new ClaimCommand.Answer(text ?? string.Empty), by, context.RequestAborted);
        return TypedResults.Json(ClaimView.Of(id, outcome.OrProblem()), ClaimApiJson.Readable.ClaimView);
    }

    /// <summary>For a plugin, a claim against another plugin does not exist.</summary>
    private static async Task<(string Id, Claim Claim)> Find(HttpContext context, IGrainFactory grains, InstallationId installation)
    {
        var id = ClaimEndpoints.IdOf(context);
        return
            await ClaimEndpoints.Grain(grains, installation.Seller, id).Get(context.RequestAborted) is { } claim
            && IsAgainst(claim, installation)
            ? (id, claim)
            : throw new RequestProblemException(ClaimRefusals.NotFound());
    }

    private static bool IsAgainst(Claim claim, InstallationId installation) => claim.Grounds.Installation == installation.ToString();
}
