using System.Security.Claims;
using Marketplace.Developers;
using Marketplace.Sellers;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Token exchange (RFC 8693): verifies the subject token in place of OpenIddict, which would accept only its own tokens. An invalid subject
/// token is <c>invalid_request</c> there (section 2.2.2).
/// </summary>
internal sealed class ValidateSubjectToken(SubjectTokenReader reader) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<ValidateSubjectToken>()
            .SetOrder(ValidateReferenceTokenIdentifier.Descriptor.Order - 500)
            .Build();

    /// <summary>True for the accepted types of subject tokens.</summary>
    public static bool IsSubjectType(string type) => type is TokenTypeIdentifiers.IdentityToken or IdentityNames.SubjectTokenType;

    /// <summary>Claim of the resulting principal that identifies the token.</summary>
    private const string TokenKeyClaim = "token_key";

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (
            context.EndpointType != OpenIddictServerEndpointType.Token
            || context.Request?.IsTokenExchangeGrantType() != true
            || context.ValidTokenTypes.Count != 1
            || !context.ValidTokenTypes.All(IsSubjectType)
        )
        {
            return;
        }

        var result = await reader.Read(context.Token, context.CancellationToken);
        if (result.Subject is { } subject)
        {
            context.Principal = PrincipalOf(subject, context.ValidTokenTypes.Single(), context.Request.ClientId!);
        }
        else
        {
            context.Reject(
                result.Unavailable ? Errors.TemporarilyUnavailable : Errors.InvalidRequest,
                $"The subject token was refused: {result.Complaint}"
            );
        }
    }

    /// <summary>Marks the subject token of a principal made here as used; false if it was used before.</summary>
    public static Task<bool> TryUse(ClaimsPrincipal principal, SubjectTokenUses uses, CancellationToken cancellationToken) =>
        uses.TryUse(principal.GetClaim(TokenKeyClaim)!, principal.GetExpirationDate()!.Value, cancellationToken);

    private static ClaimsPrincipal PrincipalOf(Subject subject, string type, string client)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("subject", Claims.Subject, IdentityClaims.Role));
        principal
            .SetClaim(Claims.Subject, subject.User)
            .SetClaim(IdentityClaims.Role, subject.Authority.TokenRole)
            .SetClaim(TokenKeyClaim, subject.TokenKey);
        switch (subject.Authority)
        {
            case SubjectAuthority.OfSeller of:
                principal.SetClaim(IdentityClaims.Seller, of.Seller.Value).SetClaim(IdentityClaims.UserRole, of.Role.Text());
                break;
            case SubjectAuthority.OfDeveloper of:
                principal.SetClaim(IdentityClaims.Developer, of.Developer.Value).SetClaim(IdentityClaims.UserRole, of.Role.Text());
                break;
        }

        return principal.SetTokenType(type).SetPresenters(client).SetExpirationDate(subject.ExpiresAt);
    }
}
