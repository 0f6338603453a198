using System.Globalization;
using System.Security.Claims;
using Marketplace.Identity.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>
/// Validates our refresh tokens in place of OpenIddict, for redemption, introspection and revocation. Replay is detected later, when the
/// client is known.
/// </summary>
internal sealed class ValidateRefreshToken(
    RefreshTicketFormat format,
    RefreshFamilies families,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string GenerationClaim = "generation";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<ValidateRefreshToken>()
            .SetOrder(ValidateReferenceTokenIdentifier.Descriptor.Order - 400)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var isTaken = context.ValidTokenTypes.Count == 0 || context.ValidTokenTypes.Contains(TokenTypeIdentifiers.RefreshToken);
        if (!isTaken || format.Read(context.Token) is not { } ticket)
        {
            return;
        }

        var family = await families.Find(ticket.FamilyId, context.CancellationToken);
        var isIntrospected = context.EndpointType == OpenIddictServerEndpointType.Introspection;
        if (family is null || time.GetUtcNow() >= ticket.ExpiresAt || (isIntrospected && ticket.Generation < family.Head))
        {
            context.Reject(Errors.InvalidToken, "The refresh token is no longer valid.");
            return;
        }

        var principal = new ClaimsPrincipal(PluginToken.Identity(family.ClientId, family.Installation, enabledAt: null));
        principal.SetClaim(GenerationClaim, ticket.Generation.ToString(CultureInfo.InvariantCulture));
        context.Principal = principal
            .SetTokenType(TokenTypeIdentifiers.RefreshToken)
            .SetPresenters(family.ClientId)
            .SetAuthorizationId(family.FamilyId)
            .SetExpirationDate(ticket.ExpiresAt);
    }

    /// <summary>The ticket of a principal made above.</summary>
    public static RefreshTicket TicketOf(ClaimsPrincipal principal) =>
        new(
            principal.GetAuthorizationId()!,
            int.Parse(principal.GetClaim(GenerationClaim)!, CultureInfo.InvariantCulture),
            principal.GetExpirationDate()!.Value
        );
}
