using System.Collections.Frozen;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Which header fields travel through the call path.
/// <para>
/// To an upstream: everything but what speaks for somebody else than the plugin. What a plugin says of itself is its own word in any case;
/// the fields by which this marketplace or a proxy tells an upstream who calls, from where and by which method are kept back, and so is
/// every name that a CGI-like server (WSGI, PHP, Rack) would read as one of them: to it <c>marketplace_installation</c> is
/// <c>Marketplace-Installation</c>.
/// </para>
/// <para>
/// From an upstream: only the fields that describe the body, and its own <c>X-</c> fields but for those that browsers, proxies and servers
/// act on. A list of what is let through, because what is not known must not pass: a standard field that is invented tomorrow speaks for
/// the host that sends it, and that is us. Limits, receipts, waiting times, cookies, challenges, caching, redirects and security policy are
/// ours to state.
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

    /// <summary>Takes off a request what must not reach an upstream.</summary>
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

    /// <summary>Copies from an upstream's answer what it may say.</summary>
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

    /// <summary>True if a caller's field of this name goes on to an upstream.</summary>
    public static bool MayGoOut(string name) =>
        IsUnmistakable(name) && !OfSomebodyElse.Contains(name) && !BeginsWithAny(name, OfSomebodyElses);

    /// <summary>True if an upstream's field of this name goes on to the caller.</summary>
    public static bool MayComeIn(string name) =>
        IsUnmistakable(name)
        && (Described.Contains(name) || (name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !BeginsWithAny(name, ActedOn)));

    // Any other character, the underscore first of all, is folded into a hyphen or left out by some servers.
    private static bool IsUnmistakable(string name) => name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');

    // What is not plain ASCII cannot be sent on, and would cost the whole answer.
    private static bool IsPlain(string value) => value.All(character => character is >= ' ' and <= '~' or '\t');

    private static bool BeginsWithAny(string name, string[] beginnings) =>
        Array.Exists(beginnings, beginning => name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
}
