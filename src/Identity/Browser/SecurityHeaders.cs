using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Browser;

/// <summary>
/// What every answer tells a browser: not to guess a type, not to show it in a frame, to run nothing that is not ours, to keep nothing, and
/// to come by TLS only. An endpoint that knows better sets the field itself; only <c>nosniff</c> is not for it to change.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>For answers that are no pages: a browser that shows one loads, runs and sends nothing.</summary>
    public const string DataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>For pages of scripts that come with the product (documentation, Orleans dashboard): all of it from this host.</summary>
    public const string ScriptedPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    /// <summary>
    /// Our pages' addresses carry a code's request and our forms must name their origin: other sites get no address, this host does. With
    /// <c>no-referrer</c> a browser would send <c>Origin: null</c> with our own forms (Fetch, "append a request Origin header").
    /// </summary>
    public const string ReferrerPolicy = "same-origin";

    /// <summary>A year, as browsers' lists want it (RFC 6797).</summary>
    private const string Transport = "max-age=31536000";

    private static readonly PathString[] Scripted = ["/docs", "/ops/dashboard"];

    /// <summary>What everybody may see: caches may keep it as its endpoint says.</summary>
    private static readonly PathString[] Public = ["/docs", "/openapi", "/problems", "/schemas", "/.well-known"];

    /// <summary>Sets the fields on every answer. Call it after the forwarded headers and before all else.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        var issuer = app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Issuer;
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(Complete, (context, IsSecure(context.Request, issuer)));
                return next(context);
            }
        );
        return app;
    }

    /// <summary>True if the browser came by TLS: to us, or to a proxy at the address that the settings name.</summary>
    internal static bool IsSecure(HttpRequest request, Uri? issuer) => request.IsHttps || issuer?.Scheme == Uri.UriSchemeHttps;

    private static Task Complete(object state)
    {
        var (context, isSecure) = ((HttpContext, bool))state;
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

        if (isSecure)
        {
            headers.StrictTransportSecurity = Transport;
        }

        return Task.CompletedTask;
    }

    private static bool IsBelow(PathString path, PathString[] roots) => Array.Exists(roots, root => path.StartsWithSegments(root));

    private static void SetIfMissing(IHeaderDictionary headers, string name, string value)
    {
        if (!headers.ContainsKey(name))
        {
            headers[name] = value;
        }
    }
}
