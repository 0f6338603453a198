namespace Marketplace.Events;

/// <summary>The feed's refusals: codes and sentences. Reasons never quote the input, because it may be private (R23).</summary>
public static class SyncRefusals
{
    public const string EventTypeUnknown = "event-type-unknown";
    public const string EventDataInvalid = "event-data-invalid";
    public const string EventAttributeMissing = "event-attribute-missing";
    public const string EventTooLarge = "event-too-large";
    public const string EventIdReused = "event-id-reused";
    public const string OrderNotFound = "order-not-found";
    public const string ProductNotFound = "product-not-found";
    public const string TrackingNotFound = "tracking-not-found";
    public const string OutsideSyncWindow = "outside-sync-window";
    public const string OrderStateConflict = "order-state-conflict";
    public const string SplitIncomplete = "split-incomplete";
    public const string MergeInvalid = "merge-invalid";
    public const string MergeBuyersDiffer = "merge-buyers-differ";
    public const string MergeBuyerUnknown = "merge-buyer-unknown";
    public const string InputInvalid = "input-invalid";
    public const string PrivateDataInInput = "private-data-in-input";
    public const string CursorInvalid = "cursor-invalid";

    private const string Plugin = "plugin";
    private const string Seller = "seller";
    private const string Platform = "platform";

    public static Refusal UnknownType() =>
        InvalidEvent(
            EventTypeUnknown,
            $"'type' must be one of {string.Join(", ", EventTypes.OfThePlatform)}.",
            "Send a documented type.",
            "type"
        );

    public static Refusal InvalidData(string problem, string attribute = "data") =>
        InvalidEvent(EventDataInvalid, problem, "Correct the event's data.", attribute);

    public static Refusal InvalidAttribute(string attribute, string expected) =>
        InvalidEvent(EventAttributeMissing, $"'{attribute}' {expected}", "Send the attribute as documented.", attribute);

    /// <summary>Source and id belong to another event: answering "duplicate" would lose this one.</summary>
    public static Refusal ReusedId() =>
        InvalidEvent(
            EventIdReused,
            "'source' and 'id' are those of another event that was taken before: its type, seller, subject, time or data are others.",
            "Give every event an id of its own; send an event again only as it was.",
            "id"
        );

    public static Refusal TooLarge(int bytes) =>
        new(
            EventTooLarge,
            $"The event's data take {bytes} bytes; at most {EventLimits.MaxDataBytes} are taken.",
            Platform,
            "Send less data in one event."
        )
        {
            Limit = EventLimits.MaxDataBytes,
            Used = bytes,
            Evidence = Attribute("data"),
        };

    public static Refusal NoOrder() =>
        new(OrderNotFound, "The seller has no such order.", Plugin, "Use an order id from the list of orders.");

    public static Refusal NoProduct() =>
        new(ProductNotFound, "The seller has no such product.", Plugin, "Use a product id from the list of products.");

    public static Refusal NoTracking() =>
        new(TrackingNotFound, "The seller has no such waybill.", Plugin, "Use a tracking id of one of the orders.");

    /// <summary>The order exists, but is older than the seller's sync window (R59).</summary>
    public static Refusal OutsideWindow(DateTimeOffset visibleFrom) =>
        new(
            OutsideSyncWindow,
            FormattableString.Invariant(
                $"The seller's sync window shows orders created from {visibleFrom:yyyy-MM-ddTHH:mm:ssZ} on; this one is older."
            ),
            Seller,
            "Widen the sync window in the installation's settings."
        );

    public static Refusal Conflict(string reason) =>
        new(OrderStateConflict, reason, Plugin, "Read the order again; its state does not allow this.");

    public static Refusal IncompleteSplit(string reason) =>
        new(SplitIncomplete, reason, Plugin, "Give every line's whole quantity to the parcels, no more and no less.");

    public static Refusal InvalidMerge(string reason) =>
        new(MergeInvalid, reason, Plugin, "Merge at least two orders that go to the same region.");

    public static Refusal DifferentBuyers(string order, string other) =>
        new(
            MergeBuyersDiffer,
            $"The orders {order} and {other} are of different buyers.",
            Plugin,
            "Merge only orders of one buyer; ship these apart."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Order.Of(order), RefusalFacts.OtherOrder.Of(other)),
        };

    /// <summary>Without comparable data it cannot be shown that the buyer is the same.</summary>
    public static Refusal UnknownBuyer(string order) =>
        new(
            MergeBuyerUnknown,
            $"The buyer of the order {order} cannot be compared with another's: the order came before buyers were compared, or "
                + $"says of its buyer too little or other things than the other order.",
            Plugin,
            "Ship this order by itself."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Order.Of(order)),
        };

    /// <param name="reason">The attribute and the expectation it failed.</param>
    /// <param name="attribute">Its path; null for the input as a whole.</param>
    public static Refusal InvalidInput(string reason, string? attribute = null) =>
        new(InputInvalid, reason, Plugin, "Correct the input.")
        {
            Evidence = string.IsNullOrEmpty(attribute) ? null : Attribute(attribute),
        };

    /// <summary>R23: plugins must not write a buyer's private data into the marketplace.</summary>
    public static Refusal PrivateInput(string member, string kind) =>
        new(
            PrivateDataInInput,
            $"'{member}' seems to hold a buyer's {kind}; private data must not be written.",
            Plugin,
            "Leave the buyer's data out."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member), RefusalFacts.PrivateKind.Of(kind)),
        };

    public static Refusal InvalidCursor() =>
        new(CursorInvalid, "The cursor was not made by this list.", Plugin, "Begin again without a cursor.");

    /// <summary>A position beyond the feed's end: of another feed, of another environment, or from before the feed was restored.</summary>
    public static Refusal CursorAhead(long head) =>
        new(
            CursorInvalid,
            FormattableString.Invariant(
                $"The cursor lies behind the feed's end, which is {head}: it is of another feed, or from before this one was restored."
            ),
            Plugin,
            "Begin again without a cursor, and compare what you hold."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.FeedHead.Of(head)),
        };

    public static Refusal ForeignCursor(long? head = null) =>
        new(CursorInvalid, "The cursor was made for another installation.", Plugin, "Use each cursor for the installation that got it.")
        {
            Evidence = head is { } end ? RefusalFact.All(RefusalFacts.FeedHead.Of(end)) : RefusalFact.All(),
        };

    private static Refusal InvalidEvent(string code, string reason, string fix, string attribute) =>
        new(code, reason, Platform, fix) { Evidence = Attribute(attribute) };

    private static IReadOnlyDictionary<string, string> Attribute(string path) => RefusalFact.All(RefusalFacts.Attribute.Of(path));
}
