namespace Marketplace.Identity;

/// <summary>Claims of an access token besides the registered ones.</summary>
public static class IdentityClaims
{
    public const string Role = "role";
    public const string Seller = "seller";
    public const string Developer = "developer";
    public const string Plugin = "plugin";
    public const string Installation = "installation";

    /// <summary>
    /// Start of the enablement that a plugin's token was issued for, in Unix milliseconds: the token is void after that enablement.
    /// </summary>
    public const string EnabledAt = "enabled_at";

    public const string User = "user";
    public const string UserRole = "user_role";

    /// <summary>The actor for the subject (RFC 8693): an object with its <c>sub</c>.</summary>
    public const string Actor = "act";
}
