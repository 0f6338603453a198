using System.Collections.Immutable;

namespace Marketplace.Sync;

/// <summary>
/// The state of one seller's orders, waybills and products: the fold of the feed. An event counts once, however often it comes; apart from
/// versions and sequence numbers the state depends only on which events came, not on their order. An order shows once its creation has
/// come; what came before then waits for it.
/// </summary>
public sealed class SellerBook
{
    private const int MaxPooledTexts = 1_024;

    private const int MaxViews = 1_000;

    private readonly Dictionary<string, OrderView> _views = new(StringComparer.Ordinal);
    private long _viewsOf;
    private readonly Dictionary<UInt128, long> _events = [];
    private readonly Dictionary<string, OrderEntry> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrackEntry> _tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProductEntry> _products = new(StringComparer.Ordinal);
    private readonly List<OrderEntry> _ordersByPosition = [];
    private readonly List<ProductEntry> _productsByPosition = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Sequence number of the last event; 0 if there is none.</summary>
    public long Head { get; private set; }

    public DateTimeOffset? NewestEventAt { get; private set; }

    public DateTimeOffset? LastAcceptedAt { get; private set; }

    /// <summary>Where the event stands in the feed; null if it is not in it.</summary>
    public long? SeqOf(string source, string id) => _events.TryGetValue(Stamp.HashOf(source, id), out var seq) ? seq : null;

    /// <summary>When an order was created; null if its creation has not come.</summary>
    public DateTimeOffset? CreationOf(string order) => _orders.TryGetValue(order, out var entry) && entry.IsCreated ? entry.CreatedAt : null;

    /// <summary>Places in the feed of all events about an order, in order.</summary>
    public IReadOnlyList<long> EventsOf(string order) => _orders.TryGetValue(order, out var entry) ? entry.Events : [];

    /// <summary>Of an order's events the one whose content the order shows; null if its creation is not among them.</summary>
    public static FeedEvent? CreationIn(IEnumerable<FeedEvent> events) => events
        .Where(happened => happened.Type == EventTypes.OrderCreated)
        .MaxBy(happened => new Stamp(happened.Time.UtcTicks, Stamp.HashOf(happened.Source, happened.Id)));

    /// <summary>Folds the next event in.</summary>
    /// <returns>False if the event was there before and nothing changed but <see cref="Head"/>.</returns>
    public bool Apply(FeedEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Head = Math.Max(Head, happened.Seq);
        var hash = Stamp.HashOf(happened.Source, happened.Id);
        if (!_events.TryAdd(hash, happened.Seq))
        {
            return false;
        }

        NewestEventAt = NewestEventAt > happened.Time ? NewestEventAt : happened.Time;
        LastAcceptedAt = LastAcceptedAt > happened.AcceptedAt ? LastAcceptedAt : happened.AcceptedAt;
        if (EventContents.Decode(happened.Type, happened.Data) is { } content)
        {
            Fold(happened, content, new Stamp(happened.Time.UtcTicks, hash));
        }

        return true;
    }

    /// <summary>The order, if its creation has come; <paramref name="visibleFrom"/> is the sync window's bound on when it was created.</summary>
    public Outcome<OrderView> GetOrder(string id, DateTimeOffset? visibleFrom)
    {
        var found = Find(id, visibleFrom);
        return found.Value is { } order ? View(order) : found.Refusal!;
    }

    public Outcome<TrackView> GetTracking(string id, DateTimeOffset? visibleFrom)
    {
        if (!_tracks.TryGetValue(id, out var track))
        {
            return SyncRefusals.NoTracking();
        }

        // The waybill of an order that has not come yet shows nothing but the parcel's way.
        return _orders.TryGetValue(track.OrderId, out var order) && order.IsCreated && order.CreatedAt < visibleFrom
            ? SyncRefusals.OutsideWindow(visibleFrom.Value)
            : track.View();
    }

    public Outcome<ProductView> GetProduct(string id) => _products.TryGetValue(id, out var product) ? product.View() : SyncRefusals.NoProduct();

    /// <summary>Orders in the sequence in which they were created here, after a position; those that come meanwhile follow at the end.</summary>
    public Page<OrderView> ListOrders(OrderFilter filter, long afterPosition, int limit, DateTimeOffset? visibleFrom)
    {
        var page = Page(_ordersByPosition, order => order.Position, afterPosition, limit, order => Passes(order, filter, visibleFrom));
        return new Page<OrderView>([.. page.Items.Select(View)], page.Next);
    }

    public Page<ProductView> ListProducts(long afterPosition, int limit)
    {
        var page = Page(_productsByPosition, product => product.Position, afterPosition, limit, _ => true);
        return new Page<ProductView>([.. page.Items.Select(product => product.View())], page.Next);
    }

    public FeedHealth Health(DateTimeOffset? visibleFrom)
    {
        var outside = visibleFrom is { } from ? _ordersByPosition.FindAll(order => order.CreatedAt < from) : [];
        var awaiting = _orders.Count - _ordersByPosition.Count;
        return new FeedHealth(Head, NewestEventAt, LastAcceptedAt, _ordersByPosition.Count, awaiting, _productsByPosition.Count, outside.Count)
        {
            OldestOutside = outside.Count > 0 ? outside.Min(order => order.CreatedAt) : null,
            Outside = [.. outside.OrderByDescending(order => order.CreatedAt).Take(FeedHealth.MaxListed).Select(order => order.Id)],
            Awaiting = awaiting == 0 ? [] : [.. _orders.Values.Where(order => !order.IsCreated).Take(FeedHealth.MaxListed).Select(order => order.Id)],
        };
    }

    internal Outcome<OrderEntry> Find(string id, DateTimeOffset? visibleFrom)
    {
        if (!_orders.TryGetValue(id, out var order) || !order.IsCreated)
        {
            return SyncRefusals.NoOrder();
        }

        return order.CreatedAt < visibleFrom ? SyncRefusals.OutsideWindow(visibleFrom.Value) : order;
    }

    internal ProductEntry? FindProduct(string id) => _products.GetValueOrDefault(id);

    internal TrackEntry? FindTrack(string id) => _tracks.GetValueOrDefault(id);

    private static bool Passes(OrderEntry order, OrderFilter filter, DateTimeOffset? visibleFrom) =>
        !(order.CreatedAt < visibleFrom)
        && !(order.CreatedAt < filter.CreatedFrom)
        && !(order.CreatedAt >= filter.CreatedTo)
        && !(order.UpdatedSeq <= filter.UpdatedAfterSeq)
        && (filter.Status is null || order.Status == filter.Status);

    private static (List<T> Items, long? Next) Page<T>(List<T> all, Func<T, long> positionOf, long after, int limit, Func<T, bool> passes)
    {
        var items = new List<T>();
        for (var i = FirstAfter(all, positionOf, after); i < all.Count; i++)
        {
            if (!passes(all[i]))
            {
                continue;
            }

            if (items.Count == limit)
            {
                return (items, positionOf(items[^1]));
            }

            items.Add(all[i]);
        }

        return (items, null);
    }

    private static int FirstAfter<T>(List<T> all, Func<T, long> positionOf, long after)
    {
        var (low, high) = (0, all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = positionOf(all[middle]) <= after ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Polls ask for the same orders again and again; a view holds until the feed moves.
    private OrderView View(OrderEntry order)
    {
        if (_viewsOf != Head)
        {
            _views.Clear();
            _viewsOf = Head;
        }

        if (!_views.TryGetValue(order.Id, out var view))
        {
            if (_views.Count >= MaxViews)
            {
                _views.Clear();
            }

            _views[order.Id] = view = order.View(tracking => _tracks.GetValueOrDefault(tracking)?.Carrier);
        }

        return view;
    }

    private void Fold(FeedEvent happened, EventContent content, Stamp stamp)
    {
        if (EventContents.OrderOf(happened, content) is { } order)
        {
            Order(order).Note(happened.Seq);
        }

        switch (content)
        {
            case EventContent.ProductUpdated update:
                Product(happened).Update(update, stamp, happened.Seq);
                break;
            case EventContent.ProductPatched patch:
                Product(happened).Patch(patch, stamp, happened.Seq);
                break;
            case EventContent.TrackUpdated point:
                Pass(happened, point, stamp);
                break;
            case EventContent.OrderMerged merged:
                Merge(happened, merged);
                break;
            case EventContent.OrderTracked tracked:
                Track(happened, tracked, stamp);
                break;
            default:
                Fold(Order(happened.Subject), happened, content, stamp);
                break;
        }
    }

    private void Fold(OrderEntry order, FeedEvent happened, EventContent content, Stamp stamp)
    {
        order.Touch(happened.Seq);
        switch (content)
        {
            case EventContent.OrderCreated created:
                Create(order, Pooled(created), stamp, happened.Seq);
                break;
            case EventContent.OrderStep when happened.Type == EventTypes.OrderPaid:
                order.Pay(stamp);
                break;
            case EventContent.OrderStep when happened.Type == EventTypes.OrderShipped:
                order.Ship(stamp);
                break;
            case EventContent.OrderStep:
                order.Deliver(stamp);
                break;
            case EventContent.OrderCancelled cancelled:
                order.Cancel(cancelled.Reason, stamp);
                break;
            case EventContent.OrderReturned returned:
                order.Return(returned.ReturnReasonCode, stamp);
                break;
            case EventContent.OrderFlagged flag:
                order.Flag(flag, stamp);
                break;
            case EventContent.OrderSplit split:
                order.Split(split.Parcels, stamp);
                break;
        }
    }

    private void Create(OrderEntry order, EventContent.OrderCreated created, Stamp stamp, long seq)
    {
        if (order.Create(created, stamp, seq))
        {
            _ordersByPosition.Add(order);
        }
    }

    private void Pass(FeedEvent happened, EventContent.TrackUpdated point, Stamp stamp)
    {
        var track = Track(happened.Subject);
        track.Name(point.OrderId, point.Carrier, stamp);
        track.Pass(point, stamp);
        var order = Order(point.OrderId);

        // Points after the first change the waybill, not the order: only the first makes a new version of it.
        if (order.Track(happened.Subject))
        {
            order.Touch(happened.Seq);
        }
    }

    private void Track(FeedEvent happened, EventContent.OrderTracked tracked, Stamp stamp)
    {
        var order = Order(happened.Subject);
        order.Touch(happened.Seq);
        order.Track(tracked.TrackingId);
        var track = Track(tracked.TrackingId);
        track.Name(happened.Subject, tracked.Carrier, stamp);
        track.Write(happened.Subject, happened.Id, happened.Seq);
    }

    /// <summary>Merging is transitive: whoever was merged with one of them is now with all of them.</summary>
    private void Merge(FeedEvent happened, EventContent.OrderMerged merged)
    {
        var group = merged.With.Append(happened.Subject).ToHashSet(StringComparer.Ordinal);
        group.UnionWith(group.SelectMany(id => Order(id).MergedWith).ToList());
        foreach (var order in group.Select(Order))
        {
            order.Merge(group);
            order.Touch(happened.Seq);
        }
    }

    private OrderEntry Order(string id)
    {
        if (!_orders.TryGetValue(id, out var order))
        {
            _orders[id] = order = new OrderEntry(id);
        }

        return order;
    }

    private TrackEntry Track(string id)
    {
        if (!_tracks.TryGetValue(id, out var track))
        {
            _tracks[id] = track = new TrackEntry(id);
        }

        return track;
    }

    private ProductEntry Product(FeedEvent happened)
    {
        if (!_products.TryGetValue(happened.Subject, out var product))
        {
            _products[happened.Subject] = product = new ProductEntry(happened.Subject, happened.Seq);
            _productsByPosition.Add(product);
        }

        return product;
    }

    // The same few words stand in every order of a seller; keep one copy of each.
    private EventContent.OrderCreated Pooled(EventContent.OrderCreated created) => created with
    {
        Currency = Pooled(created.Currency)!,
        Items = [.. created.Items.Select(item => item with { ProductId = Pooled(item.ProductId)! })],
        Payments = created.Payments.IsDefault ? [] : [.. created.Payments.Select(payment => payment with { Type = Pooled(payment.Type)! })],
        Buyer = created.Buyer is { } buyer
            ? buyer with { Region = Pooled(buyer.Region), Country = Pooled(buyer.Country), PostcodePrefix = Pooled(buyer.PostcodePrefix) }
            : null,
    };

    private string? Pooled(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (_texts.TryGetValue(text, out var pooled))
        {
            return pooled;
        }

        if (_texts.Count < MaxPooledTexts)
        {
            _texts[text] = text;
        }

        return text;
    }
}
