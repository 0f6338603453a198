using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Identity.Consent;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>The members of a token answer after a seller's consent, beyond the access token.</summary>
internal sealed class PluginTokenAnswer(
    RefreshTicketFormat format,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
)
{
    /// <summary>When a refresh token issued now expires: sooner if a sensitive scope is granted.</summary>
    public DateTimeOffset RefreshEnd(ImmutableArray<GrantEnd> grants) =>
        time.GetUtcNow()
        + (
            grants.Any(grant => ScopeCatalogue.Of(grant.Scope).IsSensitive)
                ? options.Value.SensitiveRefreshTokenLifetime
                : options.Value.RefreshTokenLifetime
        );

    public void Fill(HandleTokenRequestContext context, string installation, ImmutableArray<GrantEnd> grants, RefreshTicket next)
    {
        var answer = context.Parameters;
        answer[Parameters.RefreshToken] = format.Write(next);
        answer["refresh_expires_in"] = SecondsTo(next.ExpiresAt);
        answer[Parameters.Scope] = string.Join(' ', grants.Select(grant => grant.Scope));
        answer["seller"] = installation[..installation.IndexOf('/', StringComparison.Ordinal)];
        answer["installation"] = installation;
        foreach (var risk in grants.GroupBy(grant => grant.Risk))
        {
            answer[$"{risk.Key.Text()}_expires_in"] = SecondsTo(risk.Min(grant => grant.EndsAt));
        }
    }

    private long SecondsTo(DateTimeOffset end) => Math.Max(0, (long)(end - time.GetUtcNow()).TotalSeconds);
}

/// <summary>
/// Lists the granted scopes. OpenIddict would list the token's, which has none: permissions are read from the installation.
/// </summary>
internal sealed class AttachGrantedScopes : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ProcessSignInContext>()
            .UseSingletonHandler<AttachGrantedScopes>()
            .SetOrder(AttachSignInParameters.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.Parameters.TryGetValue(Parameters.Scope, out var scope))
        {
            context.Response.Scope = (string?)scope;
        }

        return ValueTask.CompletedTask;
    }
}
