using Marketplace.Identity.RefreshTokens;
using Marketplace.Quotas;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Revocation;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// Tells the installation that one of its tokens is void, and forgets the token here. It runs after the request was found valid and
/// <i>before</i> the row is marked: if the installation cannot be told, the revocation fails as a whole and can be repeated, whereas
/// after the mark a repeat would find a token that is void already and never tell the installation. A refresh token takes its family along.
/// </summary>
internal sealed class PropagateRevocation(ITokenRevocations revocations, RefreshFamilies families, TokenAuthenticator authenticator)
    : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<PropagateRevocation>()
            .SetOrder(RevokeToken.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var principal = context.GenericTokenPrincipal!;
        var actor = context.Request.ClientId ?? principal.GetClaim(Claims.Subject)!;
        if (principal.HasTokenType(TokenTypeIdentifiers.RefreshToken))
        {
            await families.End(principal.GetAuthorizationId()!, actor, context.CancellationToken);
        }
        else if (principal.GetClaim(IdentityClaims.Installation) is { } installation && principal.GetTokenId() is { } tokenId)
        {
            await revocations.Revoked(
                installation,
                TokenIds.Of(principal.GetAuthorizationId(), tokenId),
                principal.GetExpirationDate() ?? DateTimeOffset.MaxValue,
                actor,
                context.CancellationToken
            );
        }

        authenticator.Forget(context.Request.Token);
    }
}

/// <summary>In place of OpenIddict's own step, which wants every token to have a row: a refresh token of ours has its family's.</summary>
internal sealed class RevokeRow(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<RevokeRow>()
            .SetOrder(RevokeToken.Descriptor.Order)
            .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (context.GenericTokenPrincipal?.GetTokenId() is not { } tokenId)
        {
            return;
        }

        var row = await tokens.FindByIdAsync(tokenId, context.CancellationToken);
        if (row is not null && !await tokens.TryRevokeAsync(row, context.CancellationToken))
        {
            // Somebody else changed the row at the same moment; nothing says that it is revoked now.
            context.Reject(Errors.ServerError, "The token could not be revoked; repeat the request.");
        }
    }
}

/// <summary>Forgets the token once more after its row is marked: a call in between may have put it back.</summary>
internal sealed class ForgetRevokedToken(TokenAuthenticator authenticator) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<ForgetRevokedToken>()
            .SetOrder(RevokeToken.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        authenticator.Forget(context.Request.Token);
        return ValueTask.CompletedTask;
    }
}
