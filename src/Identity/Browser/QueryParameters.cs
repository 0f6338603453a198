using System.Collections.Immutable;

namespace Marketplace.Identity.Browser;

/// <summary>The query parameters declared by an endpoint; several declarations add up.</summary>
/// <param name="Names">Names, case-insensitive, as they are read.</param>
public sealed record QueryParameters(ImmutableArray<string> Names);

/// <summary>
/// Marks an endpoint that accepts any query: another service's, a library's page, or OAuth's (RFC 6749 §3.1 requires ignoring unknown
/// parameters).
/// </summary>
public sealed class AnyQueryParameters;

/// <summary>Declares the query parameters of endpoints.</summary>
public static class QueryParameterDeclarations
{
    /// <summary>Declares query parameters of an endpoint or a group of endpoints.</summary>
    public static T Takes<T>(this T endpoint, params ImmutableArray<string> names)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryParameters(names));

    /// <summary>Makes an endpoint accept any query.</summary>
    public static T TakesAnyQuery<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AnyQueryParameters());
}
