using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Browser;

/// <summary>Whose page made a request, as far as browsers say: pages cannot change what says it.</summary>
public enum RequestSource
{
    /// <summary>Nothing says it: no browser of today sends a form or a script's write so.</summary>
    Unsaid,

    /// <summary>A page of this host, or a person by the address bar.</summary>
    Own,

    /// <summary>A page of another origin, or one that hides its origin.</summary>
    Foreign,
}

/// <summary>Reads <c>Sec-Fetch-Site</c> (Fetch Metadata) and <c>Origin</c> (RFC 6454).</summary>
public static class RequestSources
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>
    /// Both must be of this host where both are sent. An origin of <c>null</c> alone is foreign; with <c>Sec-Fetch-Site: same-origin</c> it
    /// is a page of ours whose referrer policy something on the way made stricter.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="trusted">A further page whose forms count as ours; null for none.</param>
    public static RequestSource Of(HttpRequest request, Uri? trusted = null)
    {
        var origin = request.Headers.Origin;
        var site = request.Headers[FetchSite];
        if (origin.Count > 0)
        {
            var named = origin.Count == 1 ? origin[0] : null;
            if (trusted is { IsAbsoluteUri: true } && IsOrigin(named, trusted))
            {
                return RequestSource.Own;
            }

            if (!IsOfThisHost(request, named) && !(named == "null" && site.Count > 0))
            {
                return RequestSource.Foreign;
            }
        }

        return site.Count > 0
            ? site.ToString() is "same-origin" or "none"
                ? RequestSource.Own
                : RequestSource.Foreign
            : origin.Count > 0
                ? RequestSource.Own
                : RequestSource.Unsaid;
    }

    /// <summary>The request's host, or that of the configured issuer where a proxy names the host anew.</summary>
    private static bool IsOfThisHost(HttpRequest request, string? origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var named) || named.GetLeftPart(UriPartial.Authority) != origin)
        {
            return false;
        }

        // A proxy that ends TLS makes https of the browser's side http on ours; the other way round somebody listens.
        var isHost =
            string.Equals(named.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            && (named.Scheme == request.Scheme || !request.IsHttps);
        return isHost
            || (
                request.HttpContext.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value.Issuer is { } issuer
                && IsOrigin(origin, issuer)
            );
    }

    private static bool IsOrigin(string? origin, Uri page) =>
        string.Equals(origin, page.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
}
