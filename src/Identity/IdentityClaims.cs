namespace Marketplace.Identity;

/// <summary>Claims of an access token besides the registered ones.</summary>
public static class IdentityClaims
{
    public const string Role = "role";
    public const string Seller = "seller";
    public const string Plugin = "plugin";
    public const string Installation = "installation";

    /// <summary>When the enablement began for which a plugin's token was issued, in Unix milliseconds: it ends with that.</summary>
    public const string EnabledAt = "enabled_at";

    public const string User = "user";
    public const string UserRole = "user_role";

    /// <summary>Who acts for the subject (RFC 8693): an object with its <c>sub</c>.</summary>
    public const string Actor = "act";
}
