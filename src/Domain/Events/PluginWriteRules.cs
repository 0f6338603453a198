using System.Collections.Immutable;
using Marketplace.Orders;
using Marketplace.Privacy;
using Marketplace.Shipments;

namespace Marketplace.Events;

/// <summary>The decision on a plugin's write.</summary>
public abstract record WriteDecision
{
    private WriteDecision() { }

    /// <summary>An event to append.</summary>
    public sealed record NewEvent(IncomingEvent Event) : WriteDecision;

    /// <summary>The fact is already in the feed; nothing to write.</summary>
    public sealed record KnownFact(string EventId, long Seq) : WriteDecision;
}

/// <summary>The rules of plugins' writes. Pure: book and clock are inputs.</summary>
public static class PluginWriteRules
{
    public const int MaxNoteLength = 500;

    /// <summary>Kinds of abnormal orders (R27).</summary>
    public static ImmutableArray<string> FlagKinds { get; } =
    ["suspected-fraud", "address-problem", "late-delivery", "payment-problem", "other"];

    public static Outcome<WriteDecision> Decide(SellerIndex book, WriteCommand command, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(command);
        if (book.SeqOf(command.Source, command.EventId) is { } seq)
        {
            return new WriteDecision.KnownFact(command.EventId, seq);
        }

        if (command.Write is PluginWrite.PatchProduct patch)
        {
            return Patch(book, command, patch, now);
        }

        var found = book.Find(command.Subject, command.VisibleFrom);
        return found.Value is { } order
            ? command.Write switch
            {
                PluginWrite.FlagOrder flag => Flag(command, flag, now),
                PluginWrite.SplitOrder split => Split(command, order, split, now),
                PluginWrite.MergeOrders merge => Merge(book, command, order, merge, now),
                PluginWrite.UnmergeOrders => Unmerge(book, command, order, now),
                PluginWrite.TrackOrder track => Track(book, command, order, track, now),
                _ => throw new InvalidOperationException($"{command.Write.GetType().Name} has no rule."),
            }
            : found.Refusal!;
    }

    private static Outcome<WriteDecision> Flag(WriteCommand command, PluginWrite.FlagOrder flag, DateTimeOffset now)
    {
        if (!FlagKinds.Contains(flag.Kind))
        {
            return SyncRefusals.InvalidInput($"'kind' must be one of {string.Join(", ", FlagKinds)}.", "kind");
        }

        if (flag.Note is { } note && !EventLimits.IsText(note, MaxNoteLength))
        {
            return SyncRefusals.InvalidInput($"'note' must be at most {MaxNoteLength} characters without control characters.", "note");
        }

        return flag.Note is { } text && PrivateDataScan.Find(text) is { } kind
            ? SyncRefusals.PrivateInput("note", kind)
            : Event(command, EventTypes.OrderFlagged, new EventContent.OrderFlagged(flag.Kind, flag.Note), now);
    }

    private static Outcome<WriteDecision> Split(WriteCommand command, OrderEntry order, PluginWrite.SplitOrder split, DateTimeOffset now)
    {
        if (order.Status is not (OrderStatus.Created or OrderStatus.Paid))
        {
            return SyncRefusals.Conflict($"The order is {Word(order.Status)}; only an order that is created or paid can be split.");
        }

        if (!order.MergedWith.IsEmpty)
        {
            return SyncRefusals.Conflict("The order is merged with others and cannot be split.");
        }

        return Undistributed(order, split.Parcels) is { } reason
            ? SyncRefusals.IncompleteSplit(reason)
            : Event(command, EventTypes.OrderSplit, new EventContent.OrderSplit(split.Parcels), After(order.SplitTicks, now));
    }

    private static string? Undistributed(OrderEntry order, ImmutableArray<Parcel> parcels)
    {
        if (parcels.Length < 2 || parcels.Any(parcel => parcel.Items.IsDefaultOrEmpty))
        {
            return "A split has at least two parcels, none of them empty.";
        }

        if (parcels.SelectMany(parcel => parcel.Items).Any(item => item.Quantity < 1))
        {
            return "Quantities must be 1 or more.";
        }

        var given = parcels
            .SelectMany(parcel => parcel.Items)
            .GroupBy(item => item.Line)
            .ToDictionary(line => line.Key, line => line.Sum(item => (long)item.Quantity));
        foreach (var item in order.Items)
        {
            var isGiven = given.Remove(item.Line, out var quantity);
            if (quantity != item.ToShip() || (!isGiven && item.ToShip() > 0))
            {
                return $"Line {item.Line} has {item.ToShip()} units; the parcels hold {quantity}.";
            }
        }

        return given.Count > 0 ? $"The order has no line {given.Keys.Min()}." : null;
    }

    private static Outcome<WriteDecision> Merge(
        SellerIndex book,
        WriteCommand command,
        OrderEntry order,
        PluginWrite.MergeOrders merge,
        DateTimeOffset now
    )
    {
        var others = merge
            .With.Where(id => id != order.Id)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        if (others.IsEmpty || others.Length > EventLimits.MaxOrdersInMerge)
        {
            return SyncRefusals.InvalidMerge($"'with' must name 1 to {EventLimits.MaxOrdersInMerge} other orders.");
        }

        var found = All(book, command, order, others);
        if (found.Value is not { } group)
        {
            return found.Refusal!;
        }

        if (group.Find(member => member.Status is not (OrderStatus.Created or OrderStatus.Paid)) is { } moved)
        {
            return SyncRefusals.Conflict($"One of the orders is {Word(moved.Status)}; only orders that are created or paid can be merged.");
        }

        // Without the buyer's location it cannot be shown that the orders go to the same address.
        var place = Place(order);
        if (place is (null, _) or (_, null) || group.Any(member => Place(member) != place))
        {
            return SyncRefusals.InvalidMerge("The orders do not go to the same region and country.");
        }

        return OtherBuyer(group)
            ?? Event(command, EventTypes.OrderMerged, new EventContent.OrderMerged(others), After(book.NewestMergeTicks, now));
    }

    // The feed holds only marks that tell whether two buyers are the same, not who they are; marks made with different keys are not
    // comparable.
    private static Refusal? OtherBuyer(List<OrderEntry> group)
    {
        if (group.Find(member => member.BuyerMark is null) is { } unmarked)
        {
            return SyncRefusals.UnknownBuyer(unmarked.Id);
        }

        var first = group[0];
        if (group.Find(member => member.BuyerMark!.Value.Key != first.BuyerMark!.Value.Key) is { } keyed)
        {
            return SyncRefusals.UnknownBuyer(keyed.Id);
        }

        return group.Find(member => member.BuyerMark != first.BuyerMark) is { } other
            ? SyncRefusals.DifferentBuyers(first.Id, other.Id)
            : null;
    }

    private static Outcome<WriteDecision> Unmerge(SellerIndex book, WriteCommand command, OrderEntry order, DateTimeOffset now)
    {
        if (order.MergedWith.IsEmpty)
        {
            return SyncRefusals.Conflict("The order is not merged with others.");
        }

        var found = All(book, command, order, [.. order.MergedWith]);
        if (found.Value is not { } group)
        {
            return found.Refusal!;
        }

        if (group.Find(member => member.Status is OrderStatus.Shipped or OrderStatus.Delivered) is { } gone)
        {
            return SyncRefusals.Conflict(
                $"One of the orders is {Word(gone.Status)}: the parcel is on its way, the merge cannot be undone."
            );
        }

        // A waybill belongs to one parcel: after the unmerge it would name an order that is not in the parcel.
        return group.Exists(member => member.HasWaybillAfter(book.MergedSince(member.Id)))
            ? SyncRefusals.Conflict("A waybill was written after the merge: the orders have one parcel, the merge cannot be undone.")
            : Event(
                command,
                EventTypes.OrderUnmerged,
                new EventContent.OrderUnmerged([.. order.MergedWith]),
                After(book.NewestMergeTicks, now)
            );
    }

    private static Outcome<List<OrderEntry>> All(SellerIndex book, WriteCommand command, OrderEntry order, ImmutableArray<string> others)
    {
        var group = new List<OrderEntry> { order };
        foreach (var id in others)
        {
            var found = book.Find(id, command.VisibleFrom);
            if (found.Refusal is { } refusal)
            {
                return refusal;
            }

            group.Add(found.Value!);
        }

        return group;
    }

    private static Outcome<WriteDecision> Track(
        SellerIndex book,
        WriteCommand command,
        OrderEntry order,
        PluginWrite.TrackOrder write,
        DateTimeOffset now
    )
    {
        if (!EventLimits.IsId(write.TrackingId))
        {
            return SyncRefusals.InvalidInput($"'tracking_id' must be {EventLimits.IdForm}.", "tracking_id");
        }

        if (write.Carrier is { } carrier && (carrier.Length == 0 || !EventLimits.IsText(carrier, EventLimits.MaxShortTextLength)))
        {
            return SyncRefusals.InvalidInput(
                $"'carrier' must be 1–{EventLimits.MaxShortTextLength} characters without control characters.",
                "carrier"
            );
        }

        if (PrivateDataScan.FindInId(write.TrackingId) is { } inId)
        {
            return SyncRefusals.PrivateInput("tracking_id", inId);
        }

        if (write.Carrier is { } name && PrivateDataScan.Find(name) is { } kind)
        {
            return SyncRefusals.PrivateInput("carrier", kind);
        }

        var track = book.FindTrack(write.TrackingId);
        if (track?.WrittenFor(order.Id) is { } written && (write.Carrier is null || write.Carrier == track.CarrierFor(order.Id)))
        {
            return new WriteDecision.KnownFact(written.EventId, written.Seq);
        }

        if (order.Status == OrderStatus.Cancelled)
        {
            return SyncRefusals.Conflict("The order is cancelled; it takes no waybill.");
        }

        return track is not null && BelongsToAnother(book, order, track, now)
            ? SyncRefusals.Conflict("The waybill belongs to another order that is not merged with this one.")
            : Event(
                command,
                EventTypes.OrderTracked,
                new EventContent.OrderTracked(write.TrackingId, write.Carrier),
                After(track?.NewestTicks ?? 0, now)
            );
    }

    // Carriers reuse numbers: one of a finished order may now belong to another parcel.
    private static bool BelongsToAnother(SellerIndex book, OrderEntry order, TrackEntry track, DateTimeOffset now)
    {
        var isFree =
            track.HasRested(now, TrackEntry.ForgottenAfter)
            || (track.HasRested(now, TrackEntry.RestingTime) && (track.HasArrived || book.IsOver(track.OrderId)));
        return track.OrderId != order.Id && !order.TrackingIds.Contains(track.Id) && !order.MergedWith.Contains(track.OrderId) && !isFree;
    }

    private static Outcome<WriteDecision> Patch(SellerIndex book, WriteCommand command, PluginWrite.PatchProduct patch, DateTimeOffset now)
    {
        if (book.FindProduct(patch.ProductId) is not { } product)
        {
            return SyncRefusals.NoProduct();
        }

        if (patch is { Title: null, Price: null, Category: null, Attributes: null or { IsEmpty: true } })
        {
            return SyncRefusals.InvalidInput("At least one of 'title', 'price', 'category', 'attributes' is needed.");
        }

        if (patch.Price is { } price && !EventLimits.IsAmount(price))
        {
            return SyncRefusals.InvalidInput(
                $"'price' must be a number from 0 to {EventLimits.MaxAmount:0} with at most {EventLimits.MaxDecimals} decimals.",
                "price"
            );
        }

        var texts = (patch.Attributes ?? ImmutableSortedDictionary<string, string>.Empty)
            .Select(attribute => ("attributes", $"{attribute.Key}: {attribute.Value}"))
            .Concat([("title", patch.Title ?? string.Empty), ("category", patch.Category ?? string.Empty)]);
        foreach (var (member, text) in texts)
        {
            if (PrivateDataScan.FindInProductText(text) is { } kind)
            {
                return SyncRefusals.PrivateInput(member, kind);
            }
        }

        var content = new EventContent.ProductPatched(patch.Title, patch.Price, patch.Category, patch.Attributes);
        return Event(command, EventTypes.ProductPatched, content, After(product.NewestTicks, now));
    }

    private static (string? Region, string? Country) Place(OrderEntry order) => (order.Buyer?.Region, order.Buyer?.Country);

    private static string Word(OrderStatus status) => status.ToString().ToLowerInvariant();

    // The source's clock may be ahead of ours (by at most a day): a write must still win over the state it was decided on.
    private static DateTimeOffset After(long newestTicks, DateTimeOffset now) =>
        now.UtcTicks > newestTicks ? now : new DateTimeOffset(newestTicks, TimeSpan.Zero).AddMilliseconds(1);

    private static Outcome<WriteDecision> Event(WriteCommand command, string type, EventContent content, DateTimeOffset at) =>
        new WriteDecision.NewEvent(
            new IncomingEvent(command.Source, command.EventId, type, command.Subject, at, EventContents.Encode(content), default)
        );
}
