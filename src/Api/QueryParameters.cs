using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;

namespace Marketplace.Api;

/// <summary>The query parameters that an endpoint takes, as it declares them; of several declarations all.</summary>
/// <param name="Names">Names, told apart without regard to case, as they are read.</param>
internal sealed record QueryParameters(ImmutableArray<string> Names);

/// <summary>Marks an endpoint whose query is not ours to judge: another service's, a library's page, or OAuth's (RFC 6749 §3.1 has unknown parameters ignored).</summary>
internal sealed class AnyQueryParameters;

/// <summary>
/// Refuses a query parameter that the endpoint does not declare: a misspelt filter would else give everything, and be billed. An endpoint that declares
/// nothing takes none.
/// </summary>
public static class QueryParameterCheck
{
    /// <summary>Declares query parameters of an endpoint or of every endpoint of a group.</summary>
    public static T Takes<T>(this T endpoint, params ImmutableArray<string> names)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryParameters(names));

    /// <summary>Says that an endpoint's query is not ours to judge.</summary>
    public static T TakesAnyQuery<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AnyQueryParameters());

    /// <summary>Checks the queries of all endpoints but those of the call path, which checks its own, so that what it refuses is in the error log.</summary>
    public static void UseQueryParameterCheck(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<Operation>() is null && !LacksToken(context.Request) && Unknown(context) is { } refusal
            ? throw new RequestProblemException(refusal)
            : next(context));

    /// <summary>Plugins' endpoints look at the token themselves, behind this: who sends none is told that first, and not which parameters there are.</summary>
    private static bool LacksToken(HttpRequest request) => request.Path.StartsWithSegments("/open") && request.Headers.Authorization.Count == 0;

    /// <summary>The refusal of a parameter that the endpoint does not take; null if there is none.</summary>
    internal static Refusal? Unknown(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.Count == 0 || context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<AnyQueryParameters>() is not null)
        {
            return null;
        }

        var known = metadata.GetOrderedMetadata<QueryParameters>().SelectMany(declared => declared.Names).ToArray();
        return query.Keys.All(key => known.Contains(key, StringComparer.OrdinalIgnoreCase))
            ? null
            : ProblemWriter.Plain(
                ProblemKinds.ParameterInvalid,
                known.Length == 0 ? "This endpoint takes no query parameters." : $"The query holds a parameter that this endpoint does not take; it takes {string.Join(", ", known)}.");
    }
}
