using System.Collections.Immutable;

namespace Marketplace.Identity.Browser;

/// <summary>The query parameters that an endpoint takes, as it declares them; of several declarations all.</summary>
/// <param name="Names">Names, told apart without regard to case, as they are read.</param>
public sealed record QueryParameters(ImmutableArray<string> Names);

/// <summary>
/// Marks an endpoint whose query is not ours to judge: another service's, a library's page, or OAuth's (RFC 6749 §3.1 has unknown
/// parameters ignored).
/// </summary>
public sealed class AnyQueryParameters;

/// <summary>How endpoints declare the query parameters they take.</summary>
public static class QueryParameterDeclarations
{
    /// <summary>Declares query parameters of an endpoint or of every endpoint of a group.</summary>
    public static T Takes<T>(this T endpoint, params ImmutableArray<string> names)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryParameters(names));

    /// <summary>Says that an endpoint's query is not ours to judge.</summary>
    public static T TakesAnyQuery<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AnyQueryParameters());
}
