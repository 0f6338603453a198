using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Revocation;

namespace Marketplace.Api.Identity;

/// <summary>
/// Tells the installation that one of its tokens is void, and forgets the token here. It runs after the request was found valid and
/// <i>before</i> the row is marked: if the installation cannot be told, the revocation fails as a whole and can be repeated, whereas
/// after the mark a repeat would find a token that is void already and never tell the installation.
/// </summary>
internal sealed class PropagateRevocation(ITokenRevocations revocations, TokenAuthenticator authenticator)
    : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<PropagateRevocation>()
            .SetOrder(RevokeToken.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var principal = context.GenericTokenPrincipal;
        if (principal?.GetClaim(IdentityClaims.Installation) is { } installation && principal.GetTokenId() is { } tokenId)
        {
            await revocations.Revoked(
                installation,
                tokenId,
                principal.GetExpirationDate() ?? DateTimeOffset.MaxValue,
                context.Request.ClientId ?? principal.GetClaim(OpenIddictConstants.Claims.Subject)!,
                context.CancellationToken);
        }

        authenticator.Forget(context.Request.Token);
    }
}

/// <summary>Forgets the token once more after its row is marked: a call in between may have put it back.</summary>
internal sealed class ForgetRevokedToken(TokenAuthenticator authenticator) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<ForgetRevokedToken>()
            .SetOrder(RevokeToken.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        authenticator.Forget(context.Request.Token);
        return ValueTask.CompletedTask;
    }
}
