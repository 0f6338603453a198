using System.Security.Claims;
using Marketplace.Identity.Clients;
using Marketplace.Installations;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.Tokens;

/// <summary>Determines the token of an authenticated client: its role, and for a plugin that names one, the installation.</summary>
internal sealed class IssueToken(IOpenIddictApplicationManager applications, IInstallationDirectory installations)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public const string InstallationParameter = "installation";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>().UseScopedHandler<IssueToken>().SetOrder(0).Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsClientCredentialsGrantType())
        {
            return;
        }

        var clientId = context.ClientId!;
        var application = await applications.FindByClientIdAsync(clientId, context.CancellationToken);
        var profile = application is null ? null : await ClientProfile.Of(applications, application, context.CancellationToken);
        if (profile is null)
        {
            context.Reject(Errors.UnauthorizedClient, "The client has no role in this marketplace.");
            return;
        }

        var (installation, enabledAt, complaint) = await InstallationOf(context.Request, profile, context.CancellationToken);
        if (complaint is not null)
        {
            context.Reject(Errors.InvalidRequest, complaint);
            return;
        }

        context.SignIn(
            new ClaimsPrincipal(
                installation is { } id ? PluginToken.Identity(clientId, id.ToString(), enabledAt)
                : profile.Plugin is { } plugin ? PluginToken.Unbound(clientId, plugin)
                : Identity(clientId, profile.Role)
            )
        );
    }

    private async ValueTask<(InstallationId? Installation, DateTimeOffset? EnabledAt, string? Complaint)> InstallationOf(
        OpenIddictRequest request,
        ClientProfile profile,
        CancellationToken cancellationToken
    )
    {
        var given = request.HasParameter(InstallationParameter);
        if (profile.Role != ClientRoles.Plugin)
        {
            return (null, null, given ? "Only a plugin's client may name an installation." : null);
        }

        if (!given)
        {
            return (null, null, null);
        }

        // A repeated parameter is a list and has no text.
        if (!InstallationId.TryParse((string?)request[InstallationParameter], null, out var id))
        {
            return (null, null, "The parameter 'installation' must be seller/plugin, once.");
        }

        // Foreign and unknown installations get the same answer, so that a plugin cannot find out who uses another one.
        return id.Plugin.ToString() == profile.Plugin && await installations.LastEnabled(id.ToString(), cancellationToken) is { } enabledAt
            ? (id, enabledAt, null)
            : (null, null, "There is no such installation of this client's plugin.");
    }

    private static ClaimsIdentity Identity(string clientId, string role)
    {
        var identity = new ClaimsIdentity("oauth", Claims.Subject, IdentityClaims.Role);
        identity.SetClaim(Claims.Subject, clientId);
        identity.SetClaim(IdentityClaims.Role, role);
        identity.SetResources(IdentityNames.Audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return identity;
    }
}
