using System.Collections.Frozen;
using Marketplace.Catalogue;
using Marketplace.Quotas;
using Yarp.ReverseProxy.Configuration;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Reads a configured route's declarations: the metadata <c>Marketplace.Operation</c>, <c>.Scope</c>, <c>.Risk</c> and <c>.Billable</c>. A
/// route without them fails the start, so that nothing is served outside the call path.
/// </summary>
public static class UpstreamOperations
{
    /// <summary>Path prefix of all upstream routes.</summary>
    public const string PathPrefix = "/open/v1/upstream/";

    private const string Prefix = "Marketplace.";

    /// <summary>The operations of all routes, by route id.</summary>
    /// <exception cref="InvalidOperationException">A route's declaration is missing or invalid; the message names it.</exception>
    public static FrozenDictionary<string, Operation> Read(IProxyConfigProvider provider) =>
        provider.GetConfig().Routes.ToFrozenDictionary(route => route.RouteId, Of, StringComparer.Ordinal);

    private static Operation Of(RouteConfig route)
    {
        var path = route.Match.Path ?? string.Empty;
        if (!path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            throw Wrong(route, $"its path must begin with {PathPrefix}");
        }

        var name = Required(route, "Operation");
        if (!name.StartsWith("upstream.", StringComparison.Ordinal) || !OperationName.TryParse(name, out var id))
        {
            throw Wrong(route, $"{Prefix}Operation must begin with 'upstream.' and have at most {OperationName.MaxLength} characters");
        }

        if (!Enum.TryParse<RiskLevel>(Required(route, "Risk"), ignoreCase: true, out var risk) || !Enum.IsDefined(risk))
        {
            throw Wrong(route, $"{Prefix}Risk must be R1, R2, W1 or W2");
        }

        if (!bool.TryParse(Required(route, "Billable"), out var billable))
        {
            throw Wrong(route, $"{Prefix}Billable must be true or false");
        }

        var methods = string.Join(',', route.Match.Methods ?? ["*"]);
        return new Operation(id, methods, path, Required(route, "Scope"), risk, billable, $"Upstream service {route.ClusterId}.")
        {
            IsUpstream = true,
        };
    }

    private static string Required(RouteConfig route, string name) =>
        route.Metadata?.GetValueOrDefault(Prefix + name) is { Length: > 0 } value
            ? value
            : throw Wrong(route, $"the metadata {Prefix}{name} is missing");

    private static InvalidOperationException Wrong(RouteConfig route, string what) => new($"ReverseProxy route '{route.RouteId}': {what}.");
}
