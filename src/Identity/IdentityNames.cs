namespace Marketplace.Identity;

/// <summary>Names that hosts, endpoints and clients of the identity feature share.</summary>
public static class IdentityNames
{
    /// <summary>Key of the <see cref="TimeProvider"/> that tokens, cookies and prune runs go by.</summary>
    public const string Clock = "identity";

    /// <summary>Authentication scheme of bearer tokens.</summary>
    public const string BearerScheme = "Marketplace";

    /// <summary>Authentication scheme of the cookie that a signed-in operator's browser carries.</summary>
    public const string CookieScheme = "MarketplaceOperatorCookie";

    /// <summary>Scheme of the operator policy: takes the bearer token where there is one and the cookie elsewhere.</summary>
    public const string OperatorScheme = "MarketplaceOperator";

    /// <summary>The audience of every access token.</summary>
    public const string Audience = "marketplace";

    public const string SignInPath = "/ops/sign-in";
    public const string SignOutPath = "/ops/sign-out";

    /// <summary>Scheme of the cookie that a signed-in seller's browser carries.</summary>
    public const string SellerCookieScheme = "MarketplaceSellerCookie";

    /// <summary>Where an issuer's page sends a subject token to.</summary>
    public const string SellerSignInPath = "/connect/sign-in";

    /// <summary>The type of subject tokens in a token exchange (RFC 8693 §3).</summary>
    public const string SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt";

    /// <summary>The page that explains errors; the host maps it.</summary>
    public const string HelpPath = "/problems";

    /// <summary>Where the server's metadata lies by RFC 8414.</summary>
    internal const string OAuthMetadataPath = ".well-known/oauth-authorization-server";

    internal const string DatabaseSchema = "identity";
    internal const string ApplicationName = "marketplace";
}
