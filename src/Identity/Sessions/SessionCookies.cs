using Marketplace.Identity.Browser;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Sessions;

/// <summary>
/// Over TLS a session cookie is named <c>__Host-…</c> and is secure: no sibling host and no plain connection can set or overwrite it. The
/// plain name exists only where plain HTTP is allowed (loopback, demo) and is not read over TLS.
/// </summary>
public sealed class SessionCookies(IOptions<IdentityOptions> options) : ICookieManager
{
    public const string OperatorCookie = "marketplace-operator";
    public const string SellerCookie = "marketplace-seller";

    private const string HostPrefix = "__Host-";

    private static readonly string[] Names = [OperatorCookie, SellerCookie, HostPrefix + OperatorCookie, HostPrefix + SellerCookie];

    private readonly ChunkingCookieManager _cookies = new();

    /// <summary>True if the request has a session cookie, valid or not.</summary>
    public static bool HasAny(HttpRequest request) => Array.Exists(Names, request.Cookies.ContainsKey);

    public string? GetRequestCookie(HttpContext context, string key) =>
        IsSecure(context) || options.Value.AllowHttp ? _cookies.GetRequestCookie(context, NameOf(context, key)) : null;

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, NameOf(context, key), value, Bound(context, options));

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _cookies.DeleteCookie(context, NameOf(context, key), Bound(context, options));

    private string NameOf(HttpContext context, string key) => IsSecure(context) ? HostPrefix + key : key;

    /// <summary>The prefix requires: secure, no domain, path "/".</summary>
    private CookieOptions Bound(HttpContext context, CookieOptions cookie)
    {
        cookie.Secure = IsSecure(context) || !options.Value.AllowHttp;
        cookie.Domain = null;
        cookie.Path = "/";
        return cookie;
    }

    private bool IsSecure(HttpContext context) => SecurityHeaders.IsSecure(context.Request, options.Value.Issuer);
}
