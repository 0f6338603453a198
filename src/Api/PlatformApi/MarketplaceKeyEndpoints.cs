using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Signing;
using Marketplace.Journal;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Api.PlatformApi;

/// <summary>Publishes the marketplace's keys, and creates a new one on an operator's request.</summary>
internal static class MarketplaceKeyEndpoints
{
    /// <summary>Receivers fetch again on an unknown key, so a short time is enough.</summary>
    private const string Cache = "public, max-age=300";

    public static void MapMarketplaceKeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet("/.well-known/marketplace-keys", List)
            .AllowAnonymous()
            .WithTags("Keys")
            .WithSummary("The public keys that webhooks and evidence are signed with, newest last.");
        endpoints
            .MapPost("/platform/v1/keys/rotate", Rotate)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("Makes a new signing key; earlier ones stay published.");
    }

    private static async Task<IResult> List(HttpContext context, IMarketplaceSigner signer)
    {
        var keys = await signer.GetKeys(context.RequestAborted);
        context.Response.Headers.CacheControl = Cache;
        return TypedResults.Json(MarketplaceKeyList.Of(keys), PlatformJson.Readable.MarketplaceKeyList);
    }

    private static async Task<IResult> Rotate(HttpContext context, MarketplaceKeyRing ring, IClientFacts facts)
    {
        // Record first: who created a key must be known even if the answer is never sent.
        await facts.KeyRotated(
            ActorId.FromStored(context.User.GetClaim(Claims.Subject)),
            context.Connection.RemoteIpAddress?.ToString(),
            context.RequestAborted
        );
        await ring.Rotate(context.RequestAborted);
        return TypedResults.Json(
            MarketplaceKeyList.Of(await ring.GetKeys(context.RequestAborted)),
            PlatformJson.Readable.MarketplaceKeyList
        );
    }
}

/// <summary>The published keys.</summary>
internal sealed record MarketplaceKeyList(IReadOnlyList<MarketplaceKeyView> Keys)
{
    public static MarketplaceKeyList Of(IReadOnlyList<MarketplaceKey> keys) => new([.. keys.Select(MarketplaceKeyView.Of)]);
}

/// <param name="Id">As in the header <c>marketplace-key</c>.</param>
/// <param name="Alg">Ed25519.</param>
/// <param name="PublicKey">32 bytes as base64.</param>
/// <param name="Whpk">The same in the form of Standard Webhooks.</param>
/// <param name="Since">When it was made.</param>
internal sealed record MarketplaceKeyView(string Id, string Alg, string PublicKey, string Whpk, DateTimeOffset Since)
{
    public static MarketplaceKeyView Of(MarketplaceKey key)
    {
        var text = Convert.ToBase64String(key.PublicKey.Span);
        return new MarketplaceKeyView(key.Id, "Ed25519", text, "whpk_" + text, key.Since);
    }
}
