using Marketplace.Api.Http.Problems;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Forwards an encoded slash (<c>%2F</c>) in a path unchanged: it is part of a segment, for example of an id, not a separator. The server
/// decodes everything in a path except this, and the proxy encodes again, so <c>%252F</c> would arrive.
/// </summary>
internal static class UpstreamPath
{
    // Replaces an encoded slash during the proxy's transforms; cannot occur in a path, because the server refuses %00.
    private const char Slash = '\0';
    private const string EncodedSlash = "%2F";
    private const string EncodedStandIn = "%00";

    /// <summary>Marks the encoded slashes of the request's path.</summary>
    /// <returns>False if the path is ambiguous and must not be forwarded.</returns>
    public static bool TryMark(HttpContext context)
    {
        var raw = RawPath(context);
        if (!raw.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var marked = Uri.UnescapeDataString(raw.Replace(EncodedSlash, EncodedStandIn, StringComparison.OrdinalIgnoreCase));
        // The route was matched on the server's decoded path. The sent path must equal it, and must stay below the route even if the
        // upstream decodes it.
        if (
            !string.Equals(
                marked.Replace(Slash.ToString(), EncodedSlash, StringComparison.Ordinal),
                context.Request.Path.Value,
                StringComparison.OrdinalIgnoreCase
            ) || marked.Split('/', '\\', Slash).Any(segment => segment is "." or "..")
        )
        {
            return false;
        }

        context.Request.Path = marked;
        return true;
    }

    /// <summary>Restores the encoded slashes in the upstream's address; the last request transform.</summary>
    public static void Address(RequestTransformContext transform)
    {
        if (transform.Path.Value?.Contains(Slash, StringComparison.Ordinal) == true)
        {
            var address = RequestUtilities.MakeDestinationAddress(transform.DestinationPrefix, transform.Path, transform.Query.QueryString);
            transform.ProxyRequest.RequestUri = new Uri(
                address.OriginalString.Replace(EncodedStandIn, EncodedSlash, StringComparison.Ordinal)
            );
        }
    }

    /// <summary>The refusal of an ambiguous path.</summary>
    public static Refusal Ambiguous() =>
        ProblemWriter.Plain(
            ProblemKinds.ParameterInvalid,
            "The path holds an encoded slash beside '.' or '..', and could be read as another path."
        );

    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out var absolute))
        {
            target = absolute.PathAndQuery;
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
