using Marketplace.Identity.RefreshTokens;
using Marketplace.Journal;
using Marketplace.Quotas;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Revocation;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// Informs the installation that one of its tokens is void, and drops the token from the cache. Runs after the request was validated and
/// <i>before</i> the row is marked: if the installation cannot be informed, the revocation fails as a whole and can be repeated, whereas
/// after the mark a repeat would find a void token and never inform the installation. A refresh token ends its whole family.
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
        var actor = ActorId.Parse(context.Request.ClientId ?? principal.GetClaim(Claims.Subject)!);
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

/// <summary>Replaces OpenIddict's own step, which requires a row for every token: our refresh tokens have their family's.</summary>
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
            // The row was changed concurrently, so the revocation is not confirmed.
            context.Reject(Errors.ServerError, "The token could not be revoked; repeat the request.");
        }
    }
}

/// <summary>Drops the token from the cache again after its row is marked: a concurrent call may have restored it.</summary>
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
