using Marketplace.Api.Http.Problems;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Hands an encoded slash (<c>%2F</c>) in a path on as it came: it is part of a segment, for example of an id, and not what separates two.
/// The server decodes everything in a path but this, the proxy encodes anew what it gets, and <c>%252F</c> would arrive.
/// </summary>
internal static class UpstreamPath
{
    // Takes the place of an encoded slash on its way through the proxy's transforms; no path holds it, for the server refuses %00.
    private const char Slash = '\0';
    private const string EncodedSlash = "%2F";
    private const string EncodedStandIn = "%00";

    /// <summary>Marks the encoded slashes of the request's path.</summary>
    /// <returns>False if the path can be read as more than one thing, so that it must not be handed on.</returns>
    public static bool TryMark(HttpContext context)
    {
        var raw = RawPath(context);
        if (!raw.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var marked = Uri.UnescapeDataString(raw.Replace(EncodedSlash, EncodedStandIn, StringComparison.OrdinalIgnoreCase));
        // The route was chosen by the path as the server read it. What was sent must be that path, and must stay below the route wherever
        // the upstream decodes it.
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

    /// <summary>Addresses the upstream with the encoded slashes in their places; the last of the request's transforms.</summary>
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

    /// <summary>The answer to a path that is not handed on.</summary>
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
