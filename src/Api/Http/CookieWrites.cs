using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Sessions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http;

/// <summary>
/// CSRF protection. Browsers attach the session cookie to requests from any page, and a sibling host's page counts as same-site. So a write
/// with the cookie must prove by Origin or Fetch Metadata that our page made it, and its body must be JSON, which other sites cannot send
/// without a preflight. Bearer tokens are attached only by their holder: requests with one are not checked.
/// </summary>
internal static class CookieWrites
{
    /// <summary>Refuses requests that another site may have made. Call it between routing and authorization.</summary>
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
