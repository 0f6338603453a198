namespace Marketplace.Sync;

/// <summary>Every "no" of the feed: codes and the sentences that go with them. Reasons never repeat what was sent, for it may be private (R23).</summary>
public static class SyncRefusals
{
    public const string EventTypeUnknown = "event-type-unknown";
    public const string EventDataInvalid = "event-data-invalid";
    public const string EventAttributeMissing = "event-attribute-missing";
    public const string EventTooLarge = "event-too-large";
    public const string OrderNotFound = "order-not-found";
    public const string ProductNotFound = "product-not-found";
    public const string TrackingNotFound = "tracking-not-found";
    public const string OutsideSyncWindow = "outside-sync-window";
    public const string OrderStateConflict = "order-state-conflict";
    public const string SplitIncomplete = "split-incomplete";
    public const string MergeInvalid = "merge-invalid";
    public const string InputInvalid = "input-invalid";
    public const string PrivateDataInInput = "private-data-in-input";
    public const string CursorInvalid = "cursor-invalid";

    private const string Plugin = "plugin";
    private const string Seller = "seller";
    private const string Platform = "platform";

    public static Refusal UnknownType() => new(EventTypeUnknown, "The event's type is not one the feed takes.", Platform, "Send a documented type.");

    public static Refusal InvalidData(string problem) => new(EventDataInvalid, problem, Platform, "Correct the event's data.");

    public static Refusal InvalidAttribute(string problem) => new(EventAttributeMissing, problem, Platform, "Send the attribute as documented.");

    public static Refusal TooLarge(int bytes) => new(
        EventTooLarge, $"The event's data take {bytes} bytes; at most {EventLimits.MaxDataBytes} are taken.", Platform, "Send less data in one event.")
    {
        Limit = EventLimits.MaxDataBytes,
        Used = bytes,
    };

    public static Refusal NoOrder() => new(OrderNotFound, "The seller has no such order.", Plugin, "Use an order id from the list of orders.");

    public static Refusal NoProduct() => new(ProductNotFound, "The seller has no such product.", Plugin, "Use a product id from the list of products.");

    public static Refusal NoTracking() => new(TrackingNotFound, "The seller has no such waybill.", Plugin, "Use a tracking id of one of the orders.");

    /// <summary>The order is there, but older than the seller lets the plugin see (R59).</summary>
    public static Refusal OutsideWindow(DateTimeOffset visibleFrom) => new(
        OutsideSyncWindow,
        FormattableString.Invariant($"The seller's sync window shows orders created from {visibleFrom:yyyy-MM-ddTHH:mm:ssZ} on; this one is older."),
        Seller,
        "Widen the sync window in the installation's settings.");

    public static Refusal Conflict(string reason) => new(OrderStateConflict, reason, Plugin, "Read the order again; its state does not allow this.");

    public static Refusal IncompleteSplit(string reason) => new(
        SplitIncomplete, reason, Plugin, "Give every line's whole quantity to the parcels, no more and no less.");

    public static Refusal InvalidMerge(string reason) => new(MergeInvalid, reason, Plugin, "Merge at least two orders that go to the same region.");

    public static Refusal InvalidInput(string reason) => new(InputInvalid, reason, Plugin, "Correct the input.");

    /// <summary>R23: plugins may not write a buyer's private data into the marketplace.</summary>
    public static Refusal PrivateInput(string member, string kind) => new(
        PrivateDataInInput, $"'{member}' seems to hold a buyer's {kind}; private data must not be written (R23).", Plugin, "Leave the buyer's data out.")
    {
        Evidence = new Dictionary<string, string> { ["member"] = member, ["kind"] = kind, ["requirement"] = "R23" },
    };

    public static Refusal InvalidCursor() => new(CursorInvalid, "The cursor was not made by this list.", Plugin, "Begin again without a cursor.");
}
