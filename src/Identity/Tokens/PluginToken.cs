using System.Globalization;
using System.Security.Claims;
using Marketplace.Installations;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Tokens;

/// <summary>What a plugin's access token says, by whichever grant it was got.</summary>
internal static class PluginToken
{
    /// <param name="clientId">The plugin's client.</param>
    /// <param name="installation">Well-formed: <c>seller/plugin</c>.</param>
    /// <param name="enabledAt">When the enablement began that the token ends with; null for what becomes no access token.</param>
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

    /// <summary>The token of a plugin's client that names no installation.</summary>
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

    /// <summary>When the enablement began for which a token was issued; null if it does not say.</summary>
    public static DateTimeOffset? EnabledAt(ClaimsPrincipal token) =>
        long.TryParse(token.GetClaim(IdentityClaims.EnabledAt), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var since)
            ? DateTimeOffset.FromUnixTimeMilliseconds(since)
            : null;
}
