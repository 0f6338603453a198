using System.Collections.Immutable;

namespace Marketplace.Events;

/// <summary>The event types of the feed, named like the ecosystem's.</summary>
public static class EventTypes
{
    public const string OrderCreated = "order.created";
    public const string OrderPaid = "order.paid";
    public const string OrderShipped = "order.shipped";
    public const string OrderDelivered = "order.delivered";
    public const string OrderCancelled = "order.cancelled";

    /// <summary>A cancellation was withdrawn.</summary>
    public const string OrderUncancelled = "order.uncancelled";

    /// <summary>Some lines, or some units of them, were cancelled.</summary>
    public const string OrderLinesCancelled = "order.lines_cancelled";

    /// <summary>An amount was refunded.</summary>
    public const string OrderRefunded = "order.refunded";

    /// <summary>The buyer returned the order.</summary>
    public const string OrderReturned = "order.returned";
    public const string TrackUpdated = "logistics.track.updated";
    public const string ProductUpdated = "product.updated";

    /// <summary>Written by a plugin: the order needs manual attention (R27).</summary>
    public const string OrderFlagged = "order.flagged";

    /// <summary>Written by a plugin: the order ships in several parcels (R27).</summary>
    public const string OrderSplit = "order.split";

    /// <summary>Written by a plugin: the order ships together with others (R27).</summary>
    public const string OrderMerged = "order.merged";

    /// <summary>Written by a plugin: a merge is undone, the orders ship by themselves again (R27).</summary>
    public const string OrderUnmerged = "order.unmerged";

    /// <summary>Written by a plugin: a waybill number for the order (R29).</summary>
    public const string OrderTracked = "order.tracked";

    /// <summary>Written by a plugin: listing fields of a product were changed.</summary>
    public const string ProductPatched = "product.patched";

    public const string InstallationEnabled = "installation.enabled";
    public const string InstallationPaused = "installation.paused";
    public const string InstallationResumed = "installation.resumed";
    public const string AuthorisationExpiring = "installation.auth_expiring";
    public const string AuthorisationExpired = "installation.auth_expired";
    public const string InstallationDisabled = "installation.disabled";
    public const string GrantChanged = "grant.changed";

    /// <summary>A share of the day's calls has been used.</summary>
    public const string QuotaThreshold = "quota.threshold";

    /// <summary>All of the day's calls have been used.</summary>
    public const string QuotaExceeded = "quota.exceeded";
    public const string SchemaAnnounced = "schema.announced";
    public const string ClaimFiled = "claim.filed";
    public const string ClaimAnswered = "claim.answered";
    public const string ClaimDecided = "claim.decided";

    /// <summary>The lifecycle events that the marketplace sends to one installation (<see cref="Lifecycle.LifecycleEvent"/>).</summary>
    public static ImmutableArray<string> OfTheMarketplace { get; } =
    [
        InstallationEnabled,
        InstallationPaused,
        InstallationResumed,
        AuthorisationExpiring,
        AuthorisationExpired,
        InstallationDisabled,
        GrantChanged,
        QuotaThreshold,
        QuotaExceeded,
        SchemaAnnounced,
        ClaimFiled,
        ClaimAnswered,
        ClaimDecided,
    ];

    /// <summary>Types sent by the platform; the others are plugins' writes, or the marketplace's own.</summary>
    public static ImmutableArray<string> OfThePlatform { get; } =
    [
        OrderCreated,
        OrderPaid,
        OrderShipped,
        OrderDelivered,
        OrderCancelled,
        OrderUncancelled,
        OrderLinesCancelled,
        OrderRefunded,
        OrderReturned,
        TrackUpdated,
        ProductUpdated,
    ];

    /// <summary>All types in a feed.</summary>
    public static ImmutableArray<string> All { get; } =
    [.. OfThePlatform, OrderFlagged, OrderSplit, OrderMerged, OrderUnmerged, OrderTracked, ProductPatched, .. OfTheMarketplace];
}
