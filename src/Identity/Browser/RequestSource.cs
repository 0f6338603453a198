using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Browser;

/// <summary>The origin of the page that made a request, as stated by the browser in headers that pages cannot change.</summary>
public enum RequestSource
{
    /// <summary>No header states it: today's browsers never send a form or a script's write so.</summary>
    Unsaid,

    /// <summary>A page of this host, or a person through the address bar.</summary>
    Own,

    /// <summary>A page of another origin, or one with a hidden origin.</summary>
    Foreign,
}

/// <summary>Reads <c>Sec-Fetch-Site</c> (Fetch Metadata) and <c>Origin</c> (RFC 6454).</summary>
public static class RequestSources
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>
    /// If both are sent, both must match this host. An origin of <c>null</c> alone is foreign; with <c>Sec-Fetch-Site: same-origin</c> it
    /// is our page with a stricter referrer policy set by an intermediary.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="trusted">An additional page with trusted forms; null for none.</param>
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

    /// <summary>True for the request's host, or the configured issuer's behind a proxy that rewrites the host.</summary>
    private static bool IsOfThisHost(HttpRequest request, string? origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var named) || named.GetLeftPart(UriPartial.Authority) != origin)
        {
            return false;
        }

        // Behind a proxy that terminates TLS the browser's https is http here; the reverse would mean an eavesdropper.
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
