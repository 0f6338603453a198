using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Journal;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>
/// A code sent a second time exactly as its own client would means that a copy exists (RFC 6749, 4.1.2): its tokens are ended. One from
/// another client, with another redirect URI or without its verifier is only refused. Runs before OpenIddict's own check of the code's row,
/// which would mark rows that the call path does not read, for any sender, and so let the second real use pass unnoticed.
/// </summary>
internal sealed class EndReplayedCode(RefreshFamilies families, IOpenIddictTokenManager tokens)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<EndReplayedCode>()
            .SetOrder(ValidateTokenEntry.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (
            context.Principal is not { } code
            || !code.HasTokenType(TokenTypeIdentifiers.Private.AuthorizationCode)
            || context.TokenId is not { } tokenId
        )
        {
            return;
        }

        var row = await tokens.FindByIdAsync(tokenId, context.CancellationToken);
        if (row is null || await tokens.HasStatusAsync(row, Statuses.Valid, context.CancellationToken))
        {
            return;
        }

        // Check more states than "redeemed": in an earlier release a foreign client's attempt could change the state.
        if (IsOwn(code, context.Request) && context.AuthorizationId is { } familyId)
        {
            await families.End(familyId, ActorId.Parse(context.Request!.ClientId!), context.CancellationToken);
        }

        context.Reject(Errors.InvalidGrant, "The authorization code is no longer valid.");
    }

    /// <summary>True if the request could have redeemed the code itself; OpenIddict checks codes still valid.</summary>
    private static bool IsOwn(ClaimsPrincipal code, OpenIddictRequest? request) =>
        request?.ClientId is { } clientId
        && code.HasPresenter(clientId)
        && string.Equals(code.GetClaim(Claims.Private.RedirectUri), request.RedirectUri, StringComparison.Ordinal)
        && IsVerifier(request.CodeVerifier, code.GetClaim(Claims.Private.CodeChallenge));

    private static bool IsVerifier(string? verifier, string? challenge) =>
        verifier is { Length: > 0 }
        && challenge is { Length: > 0 }
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            Encoding.ASCII.GetBytes(challenge)
        );
}
