using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Browser;

/// <summary>
/// Security headers of every answer: no type sniffing, no framing, no foreign scripts, no caching, TLS only. An endpoint may override each
/// field except <c>nosniff</c>.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>For answers that are not pages: a browser that displays one loads, runs and sends nothing.</summary>
    public const string DataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>For pages of bundled scripts (documentation, Orleans dashboard): everything from this host.</summary>
    public const string ScriptedPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    /// <summary>
    /// Our pages' URLs contain authorization requests, which other sites must not get, while our forms must send their origin to this host.
    /// With <c>no-referrer</c> a browser would send <c>Origin: null</c> with our own forms (Fetch, "append a request Origin header").
    /// </summary>
    public const string ReferrerPolicy = "same-origin";

    /// <summary>A year, as required by browsers' preload lists (RFC 6797).</summary>
    private const string Transport = "max-age=31536000";

    private static readonly PathString[] Scripted = ["/docs", "/ops/dashboard"];

    /// <summary>Public paths: caches may keep these as their endpoints state.</summary>
    private static readonly PathString[] Public = ["/docs", "/openapi", "/problems", "/schemas", "/.well-known"];

    /// <summary>Adds the fields to every answer. Call it after the forwarded headers and before everything else.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        var issuer = app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Issuer;
        // One delegate for all requests: whether the browser used TLS is in the request, which is the state.
        Func<object, Task> complete = state => Complete((HttpContext)state, issuer);
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(complete, context);
                return next(context);
            }
        );
        return app;
    }

    /// <summary>True if the browser used TLS, to us or to a proxy at the configured address.</summary>
    internal static bool IsSecure(HttpRequest request, Uri? issuer) => request.IsHttps || issuer?.Scheme == Uri.UriSchemeHttps;

    private static Task Complete(HttpContext context, Uri? issuer)
    {
        var (headers, path) = (context.Response.Headers, context.Request.Path);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        SetIfMissing(headers, "Referrer-Policy", ReferrerPolicy);
        SetIfMissing(headers, "Cross-Origin-Resource-Policy", "same-origin");
        SetIfMissing(headers, "Content-Security-Policy", IsBelow(path, Scripted) ? ScriptedPolicy : DataPolicy);
        if (!IsBelow(path, Public))
        {
            SetIfMissing(headers, "Cache-Control", "no-store");
        }

        if (IsSecure(context.Request, issuer))
        {
            headers.StrictTransportSecurity = Transport;
        }

        return Task.CompletedTask;
    }

    private static bool IsBelow(PathString path, PathString[] roots)
    {
        foreach (var root in roots)
        {
            if (path.StartsWithSegments(root))
            {
                return true;
            }
        }

        return false;
    }

    private static void SetIfMissing(IHeaderDictionary headers, string name, string value)
    {
        if (!headers.ContainsKey(name))
        {
            headers[name] = value;
        }
    }
}
