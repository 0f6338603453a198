using System.Security.Claims;
using Marketplace.Developers;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity;

/// <summary>The caller according to a verified access token. One instance per token, shared by its calls.</summary>
public sealed class CallerIdentity
{
    private readonly ClaimsPrincipal _principal;

    internal CallerIdentity(ClaimsPrincipal token)
    {
        Role = token.GetClaim(IdentityClaims.Role) ?? "";
        ClientId = token.GetClaim(Claims.ClientId) ?? token.GetClaim(Claims.Subject) ?? "";
        Seller = token.GetClaim(IdentityClaims.Seller);
        Plugin = token.GetClaim(IdentityClaims.Plugin);
        Installation = InstallationId.TryParse(token.GetClaim(IdentityClaims.Installation), null, out var installation)
            ? installation
            : null;
        User = token.GetClaim(IdentityClaims.User);
        Developer = DeveloperId.TryParse(token.GetClaim(IdentityClaims.Developer), null, out var developer) ? developer : null;
        var userRole = token.GetClaim(IdentityClaims.UserRole);
        UserRole = Role == ClientRoles.SellerUser ? SellerRoles.Parse(userRole) : null;
        DeveloperRole = Role == ClientRoles.DeveloperUser ? DeveloperRoles.Parse(userRole) : null;
        Token = new TokenStamp(TokenIds.Of(token.GetAuthorizationId(), token.GetTokenId() ?? ""), PluginToken.EnabledAt(token));
        ExpiresAt = token.GetExpirationDate() ?? DateTimeOffset.MinValue;
        _principal = PrincipalOf(ClientId, Role, IdentityNames.BearerScheme);
    }

    /// <summary>One of <see cref="ClientRoles"/>.</summary>
    public string Role { get; }

    public string ClientId { get; }

    /// <summary>The only seller accessible with the token; null unless the role is plugin or seller-user.</summary>
    public string? Seller { get; }

    /// <summary>Null unless the role is plugin or plugin-client.</summary>
    public string? Plugin { get; }

    /// <summary>The only developer accessible with the token; null unless the role is developer-user.</summary>
    public DeveloperId? Developer { get; }

    /// <summary>The person's role at the developer; null unless the role is developer-user.</summary>
    public DeveloperRole? DeveloperRole { get; }

    /// <summary>The signed-in person; null unless the role is one of persons. <see cref="ClientId"/> is the client acting for it.</summary>
    public string? User { get; }

    /// <summary>The user's role at the seller; null unless the role is seller-user.</summary>
    public SellerRole? UserRole { get; }

    /// <summary>
    /// The installation that a token of role plugin is bound to, null for other roles; parsed once, because every call needs it.
    /// </summary>
    public InstallationId? Installation { get; }

    /// <summary>
    /// Identifies the token, and its family if it has one (<see cref="TokenIds"/>), for <see cref="ITokenRevocations"/>; unlike the token
    /// it grants nothing.
    /// </summary>
    public string TokenId => Token.Id;

    /// <summary>The token id with the enablement it was issued for, for the counter.</summary>
    public TokenStamp Token { get; }

    /// <summary>The first instant at which the token is expired.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The caller for ASP.NET Core's authorization. Shared: do not modify it.</summary>
    public ClaimsPrincipal Principal => _principal;

    internal static ClaimsPrincipal PrincipalOf(string clientId, string role, string scheme) =>
        new(
            new ClaimsIdentity(
                [new Claim(Claims.Subject, clientId), new Claim(IdentityClaims.Role, role)],
                scheme,
                Claims.Subject,
                IdentityClaims.Role
            )
        );
}
