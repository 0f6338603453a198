using System.Collections.Immutable;

namespace Marketplace.Events;

/// <summary>Which scope lets a plugin have an event: the one that lets it read what the event is about.</summary>
public static class EventScopes
{
    public const string Orders = "orders.read";
    public const string Logistics = "logistics.read";
    public const string Products = "products.read";

    /// <summary>Stands for no scope: what the marketplace tells an installation of itself needs none.</summary>
    public const string None = "";

    /// <summary>All scopes that open events.</summary>
    public static ImmutableArray<string> All { get; } = [Logistics, Orders, Products];

    /// <summary>The scope of a type; types that a newer release wrote are as orders.</summary>
    public static string Of(string type) =>
        type switch
        {
            EventTypes.TrackUpdated => Logistics,
            EventTypes.ProductUpdated or EventTypes.ProductPatched => Products,
            _ when EventTypes.OfTheMarketplace.Contains(type) => None,
            _ => Orders,
        };
}
