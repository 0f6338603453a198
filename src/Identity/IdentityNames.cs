namespace Marketplace.Identity;

/// <summary>Names shared by hosts, endpoints and clients of the identity feature.</summary>
public static class IdentityNames
{
    /// <summary>Key of the <see cref="TimeProvider"/> for tokens, cookies and prune runs.</summary>
    public const string Clock = "identity";

    /// <summary>Authentication scheme of bearer tokens.</summary>
    public const string BearerScheme = "Marketplace";

    /// <summary>Authentication scheme of a signed-in operator's cookie.</summary>
    public const string CookieScheme = "MarketplaceOperatorCookie";

    /// <summary>Scheme of the operator policy: the bearer token if there is one, otherwise the cookie.</summary>
    public const string OperatorScheme = "MarketplaceOperator";

    /// <summary>The audience of every access token.</summary>
    public const string Audience = "marketplace";

    public const string SignInPath = "/ops/sign-in";
    public const string SignOutPath = "/ops/sign-out";

    /// <summary>Scheme of a signed-in seller's cookie.</summary>
    public const string SellerCookieScheme = "MarketplaceSellerCookie";

    /// <summary>Where an issuer's page sends subject tokens.</summary>
    public const string SellerSignInPath = "/connect/sign-in";

    /// <summary>The type of subject tokens in a token exchange (RFC 8693 §3).</summary>
    public const string SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt";

    /// <summary>The page that explains errors; the host maps it.</summary>
    public const string HelpPath = "/problems";

    /// <summary>Path of the server's metadata by RFC 8414.</summary>
    internal const string OAuthMetadataPath = ".well-known/oauth-authorization-server";

    internal const string DatabaseSchema = "identity";
    internal const string ApplicationName = "marketplace";
}
