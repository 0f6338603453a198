using System.Security.Claims;
using System.Text.Json.Nodes;
using Marketplace.Identity.Clients;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Token exchange (RFC 8693): issues the token with which Seller Center acts for a signed-in person: a seller's user, a person of a
/// developer, or staff. It is bound to the person, whom it acts for and its role, names Seller Center as the actor, and expires no later
/// than the subject token, which is single-use. A client without permission does not consume the token.
/// </summary>
internal sealed class ExchangeSubjectToken(
    IOpenIddictApplicationManager applications,
    SubjectTokenUses uses,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleTokenRequestContext>()
            .UseScopedHandler<ExchangeSubjectToken>()
            .SetOrder(0)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsTokenExchangeGrantType())
        {
            return;
        }

        var application = await applications.FindByClientIdAsync(context.ClientId!, context.CancellationToken);
        var profile = application is null ? null : await ClientProfile.Of(applications, application, context.CancellationToken);
        if (profile?.Role != ClientRoles.SellerCenter)
        {
            context.Reject(Errors.UnauthorizedClient, "Only Seller Center may act for a signed-in person.");
            return;
        }

        var subject = context.SubjectTokenPrincipal!;
        if (!await ValidateSubjectToken.TryUse(subject, uses, context.CancellationToken))
        {
            context.Reject(Errors.InvalidRequest, "The subject token was refused: It was used before.");
            return;
        }

        var left = subject.GetExpirationDate()!.Value - time.GetUtcNow();
        var identity = Identity(subject, context.ClientId!);
        identity.SetAccessTokenLifetime(Shortest(left, options.Value.AccessTokenLifetime, LongestLifetime));
        context.SignIn(new ClaimsPrincipal(identity));
    }

    private static ClaimsIdentity Identity(ClaimsPrincipal subject, string client)
    {
        var identity = new ClaimsIdentity("oauth", Claims.Subject, IdentityClaims.Role);
        var user = subject.GetClaim(Claims.Subject)!;
        identity.SetClaim(Claims.Subject, user);
        identity.SetClaim(IdentityClaims.User, user);
        foreach (var claim in new[] { IdentityClaims.Role, IdentityClaims.Seller, IdentityClaims.Developer, IdentityClaims.UserRole })
        {
            if (subject.GetClaim(claim) is { } value)
            {
                identity.SetClaim(claim, value);
            }
        }

        identity.SetClaim(IdentityClaims.Actor, new JsonObject { [Claims.Subject] = client });
        identity.SetResources(IdentityNames.Audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return identity;
    }

    private static TimeSpan Shortest(params ReadOnlySpan<TimeSpan> spans)
    {
        var shortest = TimeSpan.MaxValue;
        foreach (var span in spans)
        {
            shortest = span < shortest ? span : shortest;
        }

        return shortest;
    }
}
