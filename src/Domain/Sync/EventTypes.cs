namespace Marketplace.Sync;

/// <summary>The event types of the feed, named like the ecosystem's.</summary>
public static class EventTypes
{
    public const string OrderCreated = "order.created";
    public const string OrderPaid = "order.paid";
    public const string OrderShipped = "order.shipped";
    public const string OrderDelivered = "order.delivered";
    public const string OrderCancelled = "order.cancelled";

    /// <summary>The buyer sent it back.</summary>
    public const string OrderReturned = "order.returned";
    public const string TrackUpdated = "logistics.track.updated";
    public const string ProductUpdated = "product.updated";

    /// <summary>Written by a plugin: the order needs a person's eye (R27).</summary>
    public const string OrderFlagged = "order.flagged";

    /// <summary>Written by a plugin: the order ships in several parcels (R27).</summary>
    public const string OrderSplit = "order.split";

    /// <summary>Written by a plugin: the order ships together with others (R27).</summary>
    public const string OrderMerged = "order.merged";

    /// <summary>Written by a plugin: a waybill number for the order (R29).</summary>
    public const string OrderTracked = "order.tracked";

    /// <summary>Written by a plugin: listing fields of a product were changed.</summary>
    public const string ProductPatched = "product.patched";
}
