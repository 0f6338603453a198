using Marketplace.Events;
using static Marketplace.Schemas.Payloads.SchemaChange;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// The published schemas, version by version. Lines are never changed or removed; additions go into a new version at the end.
/// </summary>
internal static class PublishedSchemas
{
    private const string Text = "string";
    private const string Whole = "integer";
    private const string Number = "number";
    private const string Instant = "date-time";
    private const string List = "array";
    private const string Object = "object";
    private const string Texts = "texts";
    private const string Created = EventPrefix + EventTypes.OrderCreated;
    private const string Cancelled = EventPrefix + EventTypes.OrderCancelled;
    private const string Returned = EventPrefix + EventTypes.OrderReturned;
    private const string Uncancelled = EventPrefix + EventTypes.OrderUncancelled;
    private const string LinesCancelled = EventPrefix + EventTypes.OrderLinesCancelled;
    private const string Refunded = EventPrefix + EventTypes.OrderRefunded;
    private const string Tracked = EventPrefix + EventTypes.TrackUpdated;
    private const string Updated = EventPrefix + EventTypes.ProductUpdated;
    private const string Flagged = EventPrefix + EventTypes.OrderFlagged;
    private const string Split = EventPrefix + EventTypes.OrderSplit;
    private const string Merged = EventPrefix + EventTypes.OrderMerged;
    private const string Unmerged = EventPrefix + EventTypes.OrderUnmerged;
    private const string Waybill = EventPrefix + EventTypes.OrderTracked;
    private const string Patched = EventPrefix + EventTypes.ProductPatched;

    /// <summary>The first version.</summary>
    public static PayloadSchema V202402 { get; } =
        PayloadSchema.First("2024-02", [.. Orders(), .. Goods(), .. OrderEvents(), .. OtherEvents()]);

    /// <summary>Adds the reason of an order's return (R64).</summary>
    public static PayloadSchema V202405 { get; } =
        V202402.Next(
            "2024-05",
            new SchemaChange(PayloadSchemas.Order, "return_reason_code", Text),
            new SchemaChange(Returned, "return_reason_code", Text)
        );

    /// <summary>Adds the opaque handle with which logistics plugins make labels (R23).</summary>
    public static PayloadSchema V202611 { get; } =
        V202405.Next(
            "2026-11",
            new SchemaChange(PayloadSchemas.Order, "address_handle", Text),
            new SchemaChange(Created, "address_handle", Text)
        );

    /// <summary>Adds price components, cancellations and refunds, unmerging, and a parcel's state as one of a few words.</summary>
    public static PayloadSchema V202612 { get; } =
        V202611.Next(
            "2026-12",
            [
                .. Money(PayloadSchemas.Order),
                .. Money(Created),
                new SchemaChange(PayloadSchemas.Tracking, "state", Text),
                new SchemaChange(PayloadSchemas.Tracking, "points[].state", Text),
                new SchemaChange(Tracked, "state", Text),
                NewObject(Uncancelled),
                .. Optional(Uncancelled, ("reason", Text)),
                NewObject(LinesCancelled),
                .. Required(LinesCancelled, ("lines", List), ("lines[].line", Whole), ("lines[].quantity", Whole)),
                .. Optional(LinesCancelled, ("reason", Text)),
                NewObject(Refunded),
                .. Required(Refunded, ("amount", Number)),
                .. Optional(Refunded, ("line", Whole), ("reason", Text)),
                NewObject(Unmerged),
                .. Required(Unmerged, ("with", List), ("with[]", Text)),
                .. LifecycleSchemas.All,
            ]
        );

    private static IEnumerable<SchemaChange> Money(string of) =>
        [
            .. Optional(of, ("discount", Number), ("tax", Number), ("shipping", Number), ("refunded", Number)),
            .. Optional(
                of,
                ("items[].discount", Number),
                ("items[].tax", Number),
                ("items[].refunded", Number),
                ("items[].cancelled_quantity", Whole)
            ),
        ];

    private static IEnumerable<SchemaChange> Orders() =>
        [
            NewObject(PayloadSchemas.Order),
            .. Required(
                PayloadSchemas.Order,
                ("order_id", Text),
                ("status", "created|paid|shipped|delivered|cancelled"),
                ("version", Whole),
                ("updated_seq", Whole)
            ),
            .. Required(
                PayloadSchemas.Order,
                ("currency", Text),
                ("created_at", Instant),
                ("total", Number),
                ("items", List),
                ("payments", List)
            ),
            .. Required(
                PayloadSchemas.Order,
                ("flags", List),
                ("parcels", List),
                ("merged_with", List),
                ("merged_with[]", Text),
                ("tracking", List)
            ),
            .. Optional(
                PayloadSchemas.Order,
                ("paid_at", Instant),
                ("shipped_at", Instant),
                ("delivered_at", Instant),
                ("cancelled_at", Instant),
                ("returned_at", Instant)
            ),
            .. Optional(
                PayloadSchemas.Order,
                ("cancel_reason", Text),
                ("estimated_delivery", Instant),
                ("buyer", Object),
                ("flags[].note", Text),
                ("tracking[].carrier", Text)
            ),
            .. Lines(PayloadSchemas.Order),
            .. Required(PayloadSchemas.Order, ("flags[].kind", Text), ("flags[].at", Instant), ("tracking[].tracking_id", Text)),
            .. Parcels(PayloadSchemas.Order),
            .. Buyer(PayloadSchemas.Order),
        ];

    private static IEnumerable<SchemaChange> Goods() =>
        [
            NewObject(PayloadSchemas.Product),
            .. Required(PayloadSchemas.Product, ("product_id", Text), ("version", Whole), ("updated_seq", Whole), ("attributes", Texts)),
            .. Optional(
                PayloadSchemas.Product,
                ("title", Text),
                ("category", Text),
                ("price", Number),
                ("currency", Text),
                ("weight_g", Whole)
            ),
            NewObject(PayloadSchemas.Tracking),
            .. Required(
                PayloadSchemas.Tracking,
                ("tracking_id", Text),
                ("order_id", Text),
                ("points", List),
                ("points[].at", Instant),
                ("points[].status", Text)
            ),
            .. Optional(PayloadSchemas.Tracking, ("carrier", Text), ("status", Text), ("points[].location", Text)),
        ];

    private static IEnumerable<SchemaChange> OrderEvents() =>
        [
            NewObject(Created),
            .. Required(Created, ("currency", Text), ("items", List), ("payments", List)),
            .. Lines(Created),
            .. Optional(Created, ("buyer", Object), ("estimated_delivery", Instant)),
            .. Buyer(Created),
            NewObject(EventPrefix + EventTypes.OrderPaid),
            NewObject(EventPrefix + EventTypes.OrderShipped),
            NewObject(EventPrefix + EventTypes.OrderDelivered),
            NewObject(Cancelled),
            .. Optional(Cancelled, ("reason", Text)),
            NewObject(Returned),
            .. Optional(Returned, ("reason", Text)),
            NewObject(Flagged),
            .. Required(Flagged, ("kind", Text)),
            .. Optional(Flagged, ("note", Text)),
            NewObject(Split),
            .. Required(Split, ("parcels", List)),
            .. Parcels(Split),
            NewObject(Merged),
            .. Required(Merged, ("with", List), ("with[]", Text)),
            NewObject(Waybill),
            .. Required(Waybill, ("tracking_id", Text)),
            .. Optional(Waybill, ("carrier", Text)),
        ];

    private static IEnumerable<SchemaChange> OtherEvents() =>
        [
            NewObject(Tracked),
            .. Required(Tracked, ("order_id", Text), ("status", Text)),
            .. Optional(Tracked, ("carrier", Text), ("location", Text)),
            NewObject(Updated),
            .. Optional(
                Updated,
                ("title", Text),
                ("category", Text),
                ("price", Number),
                ("currency", Text),
                ("weight_g", Whole),
                ("attributes", Texts)
            ),
            NewObject(Patched),
            .. Optional(Patched, ("title", Text), ("price", Number), ("category", Text), ("attributes", Texts)),
        ];

    private static IEnumerable<SchemaChange> Lines(string of) =>
        [
            .. Required(
                of,
                ("items[].line", Whole),
                ("items[].product_id", Text),
                ("items[].quantity", Whole),
                ("items[].unit_price", Number),
                ("items[].freight", Number)
            ),
            .. Required(of, ("payments[].type", Text), ("payments[].amount", Number)),
        ];

    private static IEnumerable<SchemaChange> Parcels(string of) =>
        Required(of, ("parcels[].items", List), ("parcels[].items[].line", Whole), ("parcels[].items[].quantity", Whole));

    // The placeholder of a private field shows only that it exists (R23).
    private static IEnumerable<SchemaChange> Buyer(string of) =>
        [
            .. Optional(of, ("buyer.region", Text), ("buyer.country", Text), ("buyer.postcode_prefix", Text)),
            .. Optional(of, ("buyer.name", Object), ("buyer.phone", Object), ("buyer.email", Object), ("buyer.identity_number", Object)),
            .. Optional(of, ("buyer.street", Object), ("buyer.city", Object), ("buyer.postcode", Object), ("buyer.customer_id", Object)),
        ];

    private static IEnumerable<SchemaChange> Required(string of, params (string Path, string Type)[] members) =>
        members.Select(member => new SchemaChange(of, member.Path, member.Type, Required: true));

    private static IEnumerable<SchemaChange> Optional(string of, params (string Path, string Type)[] members) =>
        members.Select(member => new SchemaChange(of, member.Path, member.Type));
}
