using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>
/// A code that comes a second time as its own client would send it means that somebody has a copy (RFC 6749, 4.1.2): what came of it ends.
/// One that comes from another client, with another address to come back to or without its verifier is only refused. Both before
/// OpenIddict's own check of the code's row, which marks rows that the call path does not look at, for whoever sends the code, and would so
/// make the copy's true second use pass unnoticed.
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

        // Not only "redeemed": an earlier release let a foreign client's attempt change that word.
        if (IsOwn(code, context.Request) && context.AuthorizationId is { } familyId)
        {
            await families.End(familyId, context.Request!.ClientId!, context.CancellationToken);
        }

        context.Reject(Errors.InvalidGrant, "The authorization code is no longer valid.");
    }

    /// <summary>True for a request that would redeem the code if nobody had: the check of one that is still good is OpenIddict's.</summary>
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
