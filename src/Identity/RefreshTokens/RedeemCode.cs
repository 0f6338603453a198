using System.Security.Claims;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>
/// Redeems an authorization code for an access token and the first refresh token of a family. OpenIddict's row ensures that a code is
/// redeemed once, even concurrently.
/// </summary>
internal sealed class RedeemCode(RefreshFamilies families, ISellerConsents consents, PluginTokenAnswer answer)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    private const int First = 1;

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>().UseSingletonHandler<RedeemCode>().SetOrder(0).Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsAuthorizationCodeGrantType())
        {
            return;
        }

        var (clientId, code) = (context.ClientId!, context.AuthorizationCodePrincipal!);
        var (installation, familyId) = (code.GetClaim(IdentityClaims.Installation)!, code.GetAuthorizationId()!);
        var id = InstallationId.Parse(installation, null);
        var enabledAt = await consents.EnabledSince(id, context.CancellationToken);
        if (!await families.IsSince(familyId, enabledAt, context.CancellationToken))
        {
            context.Reject(Errors.InvalidGrant, "The seller has disabled the plugin since; the seller must consent again.");
            return;
        }

        var grants = await consents.Ends(id, context.CancellationToken);
        var end = answer.RefreshEnd(grants);
        var family = new RefreshFamilyRow
        {
            FamilyId = familyId,
            ClientId = clientId,
            Installation = installation,
            Head = First - 1,
            ExpiresAtMs = end.ToUnixTimeMilliseconds(),
        };
        if (!await families.Begin(family, context.CancellationToken))
        {
            context.Reject(Errors.InvalidGrant, "The authorization code was used before; what came of it has ended.");
            return;
        }

        var identity = PluginToken.Identity(clientId, installation, enabledAt);
        identity.SetAuthorizationId(familyId);
        context.SignIn(new ClaimsPrincipal(identity));
        answer.Fill(context, installation, grants, new RefreshTicket(familyId, First, end));
    }
}
