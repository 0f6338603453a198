using System.Collections.Frozen;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Decides which header fields cross the call path.
/// <para>
/// To an upstream: everything except identity assertions. A plugin may state what it likes about itself, but the fields by which this
/// marketplace or a proxy tells an upstream the caller, its address and the method are removed, together with every name that a CGI-like
/// server (WSGI, PHP, Rack) would read as one of them: it reads <c>marketplace_installation</c> as <c>Marketplace-Installation</c>.
/// </para>
/// <para>
/// From an upstream: only the fields that describe the body, and its own <c>X-</c> fields except those that browsers, proxies and servers
/// act on. This is an allow-list, because unknown fields must not pass: a future standard field would speak for the host that sends it,
/// which is us. Limits, receipts, waiting times, cookies, challenges, caching, redirects and security policy are ours to set.
/// </para>
/// </summary>
internal static class UpstreamHeaders
{
    private static readonly FrozenSet<string> Described = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Content-Type",
        "Content-Encoding",
        "Content-Language",
        "Content-Disposition",
        "Content-Range",
        "Content-Digest",
        "Repr-Digest",
        "Accept-Ranges",
        "ETag",
        "Last-Modified",
        "Vary"
    );

    private static readonly string[] ActedOn =
    [
        "X-Request-",
        "X-Correlation-",
        "X-Trace-",
        "X-RateLimit",
        "X-Rate-Limit",
        "X-Retry-",
        "X-Marketplace-",
        "X-Idempoten",
        "X-Accel-",
        "X-Sendfile",
        "X-Lighttpd-",
        "X-Forwarded-",
        "X-Original-",
        "X-Rewrite-",
        "X-Real-",
        "X-Frame-",
        "X-Content-",
        "X-XSS-",
        "X-Download-",
        "X-Permitted-",
        "X-DNS-",
        "X-UA-",
        "X-Robots-",
        "X-WebKit-",
        "X-Powered-",
        "X-AspNet",
        "X-Runtime",
        "X-Served-",
        "X-Server",
        "X-Backend",
        "X-Cache",
        "X-Varnish",
        "X-Proxy-",
        "X-Http-Method",
        "X-Method-",
        "X-Auth",
        "X-Cookie",
        "X-Set-Cookie",
        "X-Pingback",
        "X-SourceMap",
        "X-CSP",
        "X-Envoy-",
    ];

    private static readonly FrozenSet<string> OfSomebodyElse = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Authorization",
        "Cookie",
        "Cookie2",
        "X-Request-Id",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "True-Client-IP",
        "Client-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "CF-Connecting-IP",
        "Proxy", // Servers that hand fields on as variables make HTTP_PROXY of it, and send their own requests through it.
        "Client-Cert",
        "Client-Cert-Chain",
        "X-Remote-User",
        "X-HTTP-Method",
        "X-HTTP-Method-Override",
        "X-Method-Override"
    );

    private static readonly string[] OfSomebodyElses =
    [
        "Marketplace-",
        "X-Marketplace-",
        "X-Forwarded-",
        "X-Original-",
        "X-Rewrite-",
        "X-Client-Cert",
        "X-SSL-",
        "X-Authenticated-",
        "Remote-",
        "Proxy-",
    ];

    /// <summary>Removes request headers that must not reach an upstream.</summary>
    public static void KeepBack(IHeaderDictionary headers)
    {
        List<string>? names = null;
        foreach (var (name, _) in headers)
        {
            if (!MayGoOut(name))
            {
                (names ??= []).Add(name);
            }
        }

        foreach (var name in names ?? [])
        {
            headers.Remove(name);
        }
    }

    /// <summary>Copies the permitted headers of an upstream's answer.</summary>
    public static void Copy(HttpResponseMessage answer, IHeaderDictionary headers)
    {
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (MayComeIn(name) && values.All(IsPlain))
            {
                headers[name] = values.ToArray();
            }
        }
    }

    /// <summary>True if a caller's field is forwarded to an upstream.</summary>
    public static bool MayGoOut(string name) =>
        IsUnmistakable(name) && !OfSomebodyElse.Contains(name) && !BeginsWithAny(name, OfSomebodyElses);

    /// <summary>True if an upstream's field is returned to the caller.</summary>
    public static bool MayComeIn(string name) =>
        IsUnmistakable(name)
        && (Described.Contains(name) || (name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !BeginsWithAny(name, ActedOn)));

    // Some servers turn other characters, above all the underscore, into a hyphen or drop them.
    private static bool IsUnmistakable(string name) => name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');

    // A value that is not plain ASCII cannot be sent, and would fail the whole answer.
    private static bool IsPlain(string value) => value.All(character => character is >= ' ' and <= '~' or '\t');

    private static bool BeginsWithAny(string name, string[] beginnings) =>
        Array.Exists(beginnings, beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
