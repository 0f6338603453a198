using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Marketplace.Api.Reference;

/// <summary>All operations of the reference, by audience. A test compares them with the mapped endpoints, in both directions.</summary>
internal static class References
{
    public static ImmutableArray<AudienceReference> Audiences { get; } =
    [
        new("Plugin API", "Called by plugins with a token that is bound to one installation.", PluginReference.All),
        new("Seller API", "Called by Seller Center, for itself or for its signed-in user.", SellerReference.All),
        new("Developer API", "Called by Seller Center for a signed-in person of a developer of plugins.", DeveloperReference.All),
        new("Platform API", "Called by the marketplace's own systems and by operators.", PlatformReference.All),
        new("Review API", "Called by the reviewers of sellers' enterprises.", ReviewReference.All),
        new(PublicReference.Tag, "Open to everybody: keys and schemas.", PublicReference.All),
        new("Demo", "Served in demo mode only.", DemoReference.All),
    ];

    private static readonly FrozenDictionary<(string, string), (AudienceReference Audience, OperationReference Operation)> Table = Audiences
        .SelectMany(audience => audience.Operations.Select(operation => (audience, operation)))
        .ToFrozenDictionary(row => (row.operation.Method, Normal(row.operation.Route)));

    /// <summary>The reference of an endpoint; null without one, as for an operator's own upstream.</summary>
    public static (AudienceReference Audience, OperationReference Operation)? Find(string method, string? route) =>
        route is not null && Table.TryGetValue((method, Normal(route)), out var row) ? row : null;

    private static string Normal(string route) => route.Trim('/');
}

/// <summary>The operations of one audience.</summary>
/// <param name="Name">Their tag.</param>
/// <param name="Description">The audience.</param>
/// <param name="Operations">In reading order.</param>
internal sealed record AudienceReference(string Name, string Description, ImmutableArray<OperationReference> Operations);
