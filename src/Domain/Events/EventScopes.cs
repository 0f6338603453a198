using System.Collections.Immutable;

namespace Marketplace.Events;

/// <summary>The scope that entitles a plugin to an event: the one for reading the event's subject.</summary>
public static class EventScopes
{
    public const string Orders = "orders.read";
    public const string Logistics = "logistics.read";
    public const string Products = "products.read";

    /// <summary>No scope: lifecycle events need none.</summary>
    public const string None = "";

    /// <summary>All scopes that entitle to events.</summary>
    public static ImmutableArray<string> All { get; } = [Logistics, Orders, Products];

    /// <summary>The scope of a type; types of a newer release count as order events.</summary>
    public static string Of(string type) =>
        type switch
        {
            EventTypes.TrackUpdated => Logistics,
            EventTypes.ProductUpdated or EventTypes.ProductPatched => Products,
            _ when EventTypes.OfTheMarketplace.Contains(type) => None,
            _ => Orders,
        };
}
