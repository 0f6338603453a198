using System.Security.Claims;
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
    public const string TokenKeyClaim = "token_key";

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

    /// <summary>The subject of a principal made here.</summary>
    public static SellerSubject SubjectOf(ClaimsPrincipal principal) =>
        new(
            principal.GetClaim(Claims.Subject)!,
            SellerId.Parse(principal.GetClaim(IdentityClaims.Seller)!, null),
            SellerRoles.Parse(principal.GetClaim(IdentityClaims.UserRole))!.Value,
            principal.GetExpirationDate()!.Value,
            principal.GetClaim(TokenKeyClaim)!
        );

    private static ClaimsPrincipal PrincipalOf(SellerSubject subject, string type, string client)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("subject", Claims.Subject, IdentityClaims.Role));
        principal
            .SetClaim(Claims.Subject, subject.User)
            .SetClaim(IdentityClaims.Seller, subject.Seller.Value)
            .SetClaim(IdentityClaims.UserRole, subject.Role.Text())
            .SetClaim(TokenKeyClaim, subject.TokenKey);
        return principal.SetTokenType(type).SetPresenters(client).SetExpirationDate(subject.ExpiresAt);
    }
}
