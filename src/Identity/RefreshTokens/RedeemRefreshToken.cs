using System.Security.Claims;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>Redeems a refresh token for an access token and its successor; a replayed one ends its family.</summary>
internal sealed class RedeemRefreshToken(RefreshFamilies families, ISellerConsents consents, PluginTokenAnswer answer)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleTokenRequestContext>()
            .UseSingletonHandler<RedeemRefreshToken>()
            .SetOrder(0)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsRefreshTokenGrantType())
        {
            return;
        }

        var (clientId, ticket) = (context.ClientId!, ValidateRefreshToken.TicketOf(context.RefreshTokenPrincipal!));
        var installation = context.RefreshTokenPrincipal!.GetClaim(IdentityClaims.Installation)!;
        var id = InstallationId.Parse(installation, null);
        var enabledAt = await consents.EnabledSince(id, context.CancellationToken);
        if (!await families.IsSince(ticket.FamilyId, enabledAt, context.CancellationToken))
        {
            // Disabling ends the consent's tokens, even if the seller enables the plugin again.
            await families.End(ticket.FamilyId, ActorId.Parse(clientId), context.CancellationToken);
            context.Reject(Errors.InvalidGrant, "The seller has disabled the plugin since; the seller must consent again.");
            return;
        }

        var grants = await consents.Ends(id, context.CancellationToken);
        var end = answer.RefreshEnd(grants);
        switch (await families.Use(ticket, clientId, end, context.CancellationToken))
        {
            case RefreshUse.Good:
                var identity = PluginToken.Identity(clientId, installation, enabledAt);
                identity.SetAuthorizationId(ticket.FamilyId);
                context.SignIn(new ClaimsPrincipal(identity));
                answer.Fill(context, installation, grants, ticket with { Generation = ticket.Generation + 1, ExpiresAt = end });
                return;

            case RefreshUse.Replayed:
                await families.End(ticket.FamilyId, ActorId.Parse(clientId), context.CancellationToken);
                context.Reject(
                    Errors.InvalidGrant,
                    "The refresh token was replaced by a newer one that is in use; all tokens of this consent have been revoked."
                );
                return;

            default:
                context.Reject(Errors.InvalidGrant, "The refresh token is no longer valid.");
                return;
        }
    }
}
