using System.Globalization;

namespace Marketplace.TestKit.Client;

/// <summary>
/// A browser's cookies of one host, as far as this product uses them (RFC 6265bis): path, expiry, secure, the prefix, same site.
/// </summary>
internal sealed class CookieJar
{
    private readonly Dictionary<string, Cookie> _cookies = new(StringComparer.Ordinal);

    public CookieJar Copy()
    {
        var copy = new CookieJar();
        foreach (var (name, cookie) in _cookies)
        {
            copy._cookies[name] = cookie;
        }

        return copy;
    }

    public void AddTo(HttpRequestMessage request, Uri? page)
    {
        var (target, site) = (request.RequestUri!, BrowserRequests.Site(page, request.RequestUri!));
        var sent = _cookies
            .Values.Where(cookie =>
                IsBelow(target.AbsolutePath, cookie.Path)
                && (!cookie.IsSecure || IsTrustworthy(target))
                && (site != "cross-site" || (cookie.SameSite == "lax" && request.Method == HttpMethod.Get))
            )
            .ToArray();
        if (sent.Length > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", sent.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        }
    }

    public void StoreCookies(HttpResponseMessage response, Uri address)
    {
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            if (Cookie.Parse(line) is { } cookie && MayBeSet(cookie, address))
            {
                _cookies.Remove(cookie.Name);
                if (cookie.Expires is not { } expires || expires > TimeProvider.System.GetUtcNow())
                {
                    _cookies[cookie.Name] = cookie;
                }
            }
        }
    }

    private static bool MayBeSet(Cookie cookie, Uri address) =>
        (!cookie.IsSecure || IsTrustworthy(address))
        && (
            !cookie.Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase)
            || cookie is { IsSecure: true, Path: "/", HasDomain: false }
        );

    private static bool IsTrustworthy(Uri address) => address.Scheme == Uri.UriSchemeHttps || address.IsLoopback;

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (root.EndsWith('/') || path.Length == root.Length || path[root.Length] == '/');

    private sealed record Cookie(
        string Name,
        string Value,
        string Path,
        bool IsSecure,
        bool HasDomain,
        string SameSite,
        DateTimeOffset? Expires
    )
    {
        public static Cookie? Parse(string line)
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var pair = parts[0].Split('=', 2);
            var attributes = parts[1..]
                .Select(part => part.Split('=', 2))
                .ToLookup(part => part[0].ToLowerInvariant(), part => part.ElementAtOrDefault(1) ?? "");
            return pair.Length == 2
                ? new Cookie(
                    pair[0],
                    pair[1],
                    attributes["path"].FirstOrDefault() ?? "/",
                    attributes.Contains("secure"),
                    attributes.Contains("domain"),
                    attributes["samesite"].FirstOrDefault()?.ToLowerInvariant() ?? "lax",
                    attributes["expires"].FirstOrDefault() is { } end ? DateTimeOffset.Parse(end, CultureInfo.InvariantCulture) : null
                )
                : null;
        }
    }
}
