using System.Globalization;
using System.Security.Claims;
using Marketplace.Installations;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Tokens;

/// <summary>The content of a plugin's access token, for every grant type.</summary>
internal static class PluginToken
{
    /// <param name="clientId">The plugin's client.</param>
    /// <param name="installation">Well-formed: <c>seller/plugin</c>.</param>
    /// <param name="enabledAt">Start of the enablement that the token is bound to; null if no access token is made from it.</param>
    public static ClaimsIdentity Identity(string clientId, string installation, DateTimeOffset? enabledAt)
    {
        var id = InstallationId.Parse(installation, null);
        var identity = new ClaimsIdentity("oauth", Claims.Subject, IdentityClaims.Role);
        identity.SetClaim(Claims.Subject, clientId);
        identity.SetClaim(IdentityClaims.Role, ClientRoles.Plugin);
        identity.SetClaim(IdentityClaims.Seller, id.Seller.ToString());
        identity.SetClaim(IdentityClaims.Plugin, id.Plugin.ToString());
        identity.SetClaim(IdentityClaims.Installation, id.ToString());
        if (enabledAt is { } since)
        {
            identity.SetClaim(IdentityClaims.EnabledAt, since.ToUnixTimeMilliseconds());
        }

        identity.SetResources(IdentityNames.Audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return identity;
    }

    /// <summary>The token of a plugin's client without an installation.</summary>
    public static ClaimsIdentity Unbound(string clientId, string plugin)
    {
        var identity = new ClaimsIdentity("oauth", Claims.Subject, IdentityClaims.Role);
        identity.SetClaim(Claims.Subject, clientId);
        identity.SetClaim(IdentityClaims.Role, ClientRoles.PluginClient);
        identity.SetClaim(IdentityClaims.Plugin, plugin);
        identity.SetResources(IdentityNames.Audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return identity;
    }

    /// <summary>Start of the enablement that a token was issued for; null if not stated.</summary>
    public static DateTimeOffset? EnabledAt(ClaimsPrincipal token) =>
        long.TryParse(token.GetClaim(IdentityClaims.EnabledAt), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var since)
            ? DateTimeOffset.FromUnixTimeMilliseconds(since)
            : null;
}
