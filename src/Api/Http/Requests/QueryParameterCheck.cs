using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http.Requests;

/// <summary>
/// Refuses query parameters that the endpoint does not declare: otherwise a misspelt filter would return everything, and be billed. An
/// endpoint without declarations accepts none.
/// </summary>
public static class QueryParameterCheck
{
    /// <summary>
    /// Checks all endpoints except those of the call path, which checks its own, so that its refusals are in the error log.
    /// </summary>
    public static void UseQueryParameterCheck(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                context.GetEndpoint() is RouteEndpoint endpoint
                && endpoint.Metadata.GetMetadata<Operation>() is null
                && !LacksToken(context.Request)
                && Unknown(context) is { } refusal
                    ? throw new RequestProblemException(refusal)
                    : next(context)
        );

    /// <summary>
    /// Plugins' endpoints check the token later; a request without one must be refused for that first, without revealing parameters.
    /// </summary>
    private static bool LacksToken(HttpRequest request) =>
        request.Path.StartsWithSegments("/open") && request.Headers.Authorization.Count == 0;

    /// <summary>Refuses a parameter that the endpoint does not declare; null if all are declared.</summary>
    internal static Refusal? Unknown(HttpContext context)
    {
        if (
            !context.Request.QueryString.HasValue
            || context.Request.Query is not { Count: > 0 } query
            || context.GetEndpoint()?.Metadata is not { } metadata
            || metadata.GetMetadata<AnyQueryParameters>() is not null
        )
        {
            return null;
        }

        var known = metadata.GetOrderedMetadata<QueryParameters>().SelectMany(declared => declared.Names).ToArray();
        return query.Keys.All(key => known.Contains(key, StringComparer.OrdinalIgnoreCase))
            ? null
            : ProblemWriter.Plain(
                ProblemKinds.ParameterInvalid,
                known.Length == 0
                    ? "This endpoint takes no query parameters."
                    : $"The query holds a parameter that this endpoint does not take; it takes {string.Join(", ", known)}."
            );
    }
}
