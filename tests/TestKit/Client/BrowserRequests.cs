namespace Marketplace.TestKit.Client;

/// <summary>What a browser says of where a navigation comes from.</summary>
public static class BrowserRequests
{
    /// <summary>Adds Origin, Referer and Fetch Metadata.</summary>
    /// <param name="request">Its address is absolute.</param>
    /// <param name="page">The page that makes it; null for a person at the address bar.</param>
    /// <param name="policy">The page's referrer policy; empty for the browsers' own.</param>
    public static void Complete(HttpRequestMessage request, Uri? page, string policy)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = request.RequestUri!;
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        if (page is not null && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            request.Headers.Add("Origin", Origin(page, target, policy));
        }

        if (page is not null && Referrer(page, target, policy) is { } referrer)
        {
            request.Headers.Referrer = referrer;
        }

        // Only where nobody on the way can read it.
        if (target.Scheme == Uri.UriSchemeHttps || target.IsLoopback)
        {
            request.Headers.Add("Sec-Fetch-Site", Site(page, target));
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            request.Headers.Add("Sec-Fetch-Dest", "document");
            request.Headers.Add("Sec-Fetch-User", "?1");
        }
    }

    /// <summary>Fetch, "append a request Origin header", for a request that is neither GET nor HEAD nor of CORS.</summary>
    public static string Origin(Uri page, Uri target, string policy)
    {
        var isHidden = policy switch
        {
            "no-referrer" => true,
            "no-referrer-when-downgrade" or "strict-origin" or "strict-origin-when-cross-origin" or "" => IsDowngrade(page, target),
            "same-origin" => !BrowserAnswer.IsSameOrigin(page, target),
            _ => false,
        };
        return isHidden ? "null" : page.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>
    /// Fetch Metadata: ports make origins, but not sites. Sites are told apart by host here, not by the list of public suffixes.
    /// </summary>
    public static string Site(Uri? page, Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (page is null)
        {
            return "none";
        }

        return BrowserAnswer.IsSameOrigin(page, target) ? "same-origin"
            : page.Scheme == target.Scheme && page.Host == target.Host ? "same-site"
            : "cross-site";
    }

    private static Uri? Referrer(Uri page, Uri target, string policy) =>
        policy switch
        {
            "no-referrer" => null,
            "same-origin" => BrowserAnswer.IsSameOrigin(page, target) ? page : null,
            "origin" => new Uri(page.GetLeftPart(UriPartial.Authority) + "/"),
            _ when IsDowngrade(page, target) => null,
            _ => BrowserAnswer.IsSameOrigin(page, target) ? page : new Uri(page.GetLeftPart(UriPartial.Authority) + "/"),
        };

    private static bool IsDowngrade(Uri page, Uri target) => page.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps;
}
