using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http;

/// <summary>
/// A browser adds its session's cookie to whatever a page makes it send, and a page of a sibling host counts as the same site. So a write
/// by cookie says by Origin or Fetch Metadata that a page of ours made it, and a body is JSON, which other sites cannot send without being
/// asked. Bearer tokens are added by nobody but their holder: requests with one are not looked at.
/// </summary>
internal static class CookieWrites
{
    /// <summary>Refuses what another site may have made. Call it between routing and authorization.</summary>
    public static WebApplication UseCookieWriteChecks(this WebApplication app)
    {
        app.Use(static (context, next) => IsCookieWrite(context) ? Check(context, next) : next(context));
        return app;
    }

    private static bool IsCookieWrite(HttpContext context)
    {
        var request = context.Request;
        return !HttpMethods.IsGet(request.Method)
            && !HttpMethods.IsHead(request.Method)
            && !HttpMethods.IsOptions(request.Method)
            && request.Headers.Authorization.Count == 0
            && request.Headers.Cookie.Count > 0
            && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null
            && SessionCookies.HasAny(request);
    }

    private static Task Check(HttpContext context, RequestDelegate next)
    {
        if (RequestSources.Of(context.Request) is not RequestSource.Own)
        {
            return context.WriteProblem(
                ProblemKinds.CrossSiteRequest,
                "A write by cookie must come from a page of this host (Origin, Sec-Fetch-Site); others send a bearer token."
            );
        }

        return HasBody(context.Request) && !IsJson(context.Request.ContentType)
            ? context.WriteProblem(ProblemKinds.MediaTypeUnsupported, "A write by cookie must have a body of application/json.")
            : next(context);
    }

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength is > 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count > 0);

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var media)
        && (
            media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (
                media.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
                && media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
            )
        );
}
