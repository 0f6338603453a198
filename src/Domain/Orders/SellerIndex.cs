using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Products;
using Marketplace.Shipments;

namespace Marketplace.Orders;

/// <summary>
/// The state of one seller's orders, waybills and products: the fold of the feed. Duplicate events are ignored. Apart from versions and
/// sequence numbers the state depends only on the set of events, not on their order of arrival, except for events of one instant: of those
/// the one with the greater source <c>sequence</c> is the later, else the one later in the feed. An order becomes visible with its
/// creation; earlier events are kept until then.
/// </summary>
public sealed class SellerIndex
{
    private const int MaxPooledTexts = 1_024;

    private readonly Dictionary<UInt128, long> _events = [];
    private readonly Dictionary<string, OrderEntry> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrackEntry> _tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProductEntry> _products = new(StringComparer.Ordinal);
    private readonly List<OrderEntry> _ordersByPosition = [];
    private readonly List<ProductEntry> _productsByPosition = [];
    private readonly ChangeList<OrderEntry> _changedOrders = new(order => new ChangePlace(order.UpdatedSeq, order.Position));
    private readonly ChangeList<ProductEntry> _changedProducts = new(product => new ChangePlace(product.UpdatedSeq, product.Position));
    private readonly HashSet<OrderEntry> _touched = [];
    private readonly MergedOrders _merged = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Views of recently read orders, for readers on other threads.</summary>
    public OrderViews Views { get; } = new();

    /// <summary>Sequence number of the last event; 0 without any.</summary>
    public long Head { get; private set; }

    public DateTimeOffset? LastAcceptedAt { get; private set; }

    // Counts the seller's own events only: lifecycle events do not show that the platform still sends.
    private DateTimeOffset? NewestEventAt { get; set; }

    private DateTimeOffset? LastHeardAt { get; set; }

    /// <summary>Feed position of the event; null if it is not in the feed.</summary>
    public long? SeqOf(string source, string id) => _events.TryGetValue(Stamp.HashOf(source, id), out var seq) ? seq : null;

    /// <summary>When an order was created; null before its creation.</summary>
    public DateTimeOffset? CreationOf(string order) =>
        _orders.TryGetValue(order, out var entry) && entry.IsCreated ? entry.CreatedAt : null;

    /// <summary>Feed positions of the events that created an order; empty for an unknown order.</summary>
    public IReadOnlyList<long> CreationsOf(string order) => _orders.TryGetValue(order, out var entry) ? entry.Creations : [];

    /// <summary>Feed positions of all events of an order, ascending.</summary>
    public IReadOnlyList<long> EventsOf(string order) => _orders.TryGetValue(order, out var entry) ? entry.Events : [];

    /// <summary>The creation in effect among an order's events; null if it is not among them.</summary>
    public static FeedEvent? CreationIn(IEnumerable<FeedEvent> events) =>
        events
            .Where(@event => @event.Type == EventTypes.OrderCreated)
            .MaxBy(@event => Stamp.Of(@event, EventContents.Decode(@event.Type, @event.Data)));

    /// <summary>Folds the next event.</summary>
    /// <returns>False if the event is a duplicate and only <see cref="Head"/> changed.</returns>
    public bool Apply(FeedEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Head = Math.Max(Head, @event.Seq);
        var hash = Stamp.HashOf(@event.Source, @event.Id);
        if (!_events.TryAdd(hash, @event.Seq))
        {
            return false;
        }

        LastAcceptedAt = LastAcceptedAt > @event.AcceptedAt ? LastAcceptedAt : @event.AcceptedAt;
        if (@event.Source != Events.Lifecycle.LifecycleEvent.Source)
        {
            NewestEventAt = NewestEventAt > @event.Time ? NewestEventAt : @event.Time;
            LastHeardAt = LastAcceptedAt;
        }

        if (EventContents.Decode(@event.Type, @event.Data) is { } content)
        {
            _touched.Clear();
            Fold(@event, content, Stamp.Of(@event, content));
            _changedOrders.Record(_touched.Where(order => order.IsCreated), _ordersByPosition.Count);
        }

        return true;
    }

    /// <summary>The order, if it is visible; <paramref name="visibleFrom"/> is the sync window's bound on order creation.</summary>
    public Outcome<OrderView> GetOrder(string id, DateTimeOffset? visibleFrom)
    {
        var found = Find(id, visibleFrom);
        return found.Value is { } order ? Keep(View(order)) : found.Refusal!;
    }

    public Outcome<TrackView> GetTracking(string id, DateTimeOffset? visibleFrom)
    {
        if (!_tracks.TryGetValue(id, out var track))
        {
            return SyncRefusals.NoTracking();
        }

        // The waybill of an order not created yet shows nothing but the parcel's tracking points.
        return _orders.TryGetValue(track.OrderId, out var order) && order.IsCreated && order.CreatedAt < visibleFrom
            ? SyncRefusals.OutsideWindow(visibleFrom.Value)
            : track.View();
    }

    public Outcome<ProductView> GetProduct(string id) =>
        _products.TryGetValue(id, out var product) ? product.View() : SyncRefusals.NoProduct();

    /// <summary>Orders in the order of their creation in the feed, after a position; new ones are appended at the end.</summary>
    public Page<OrderView> ListOrders(OrderFilter filter, long afterPosition, int limit, DateTimeOffset? visibleFrom)
    {
        var page = Page(_ordersByPosition, order => order.Position, afterPosition, limit, order => Passes(order, filter, visibleFrom));
        return new Page<OrderView>([.. page.Items.Select(View)], page.Next) { Head = Head, CompleteToSeq = Head };
    }

    /// <summary>Orders of which the id contains a text, newest first; see <see cref="OrderSearch.Newest"/>.</summary>
    public Page<OrderView> SearchOrders(string? text, long before, int limit)
    {
        var (orders, next) = OrderSearch.Newest(_ordersByPosition, text, before, limit);
        return new Page<OrderView>([.. orders.Select(View)], next) { Head = Head };
    }

    /// <summary>Orders by day of creation.</summary>
    public ImmutableArray<OrdersOfDay> CountOrders(DateOnly from, DateOnly to) => OrderSearch.ByDay(_ordersByPosition, from, to);

    /// <summary>Orders within a sync window, and before it.</summary>
    public OrdersOfWindow CountWindow(DateTimeOffset? visibleFrom) => OrderSearch.Window(_ordersByPosition, visibleFrom);

    /// <summary>Orders in the order of their last change, after a position; orders that change meanwhile move to the end.</summary>
    public Page<OrderView> ListChangedOrders(OrderFilter filter, ChangePlace after, int limit, DateTimeOffset? visibleFrom)
    {
        var page = _changedOrders.Page(after, limit, Head, order => Passes(order, filter, visibleFrom));
        return new Page<OrderView>([.. page.Items.Select(View)], page.Next?.Seq)
        {
            NextPosition = page.Next?.Position ?? 0,
            Head = Head,
            CompleteToSeq = page.CompleteToSeq,
        };
    }

    public Page<ProductView> ListProducts(long afterPosition, int limit)
    {
        var page = Page(_productsByPosition, product => product.Position, afterPosition, limit, _ => true);
        return new Page<ProductView>([.. page.Items.Select(product => product.View())], page.Next) { Head = Head, CompleteToSeq = Head };
    }

    /// <summary>Like <see cref="ListChangedOrders"/>, for products.</summary>
    public Page<ProductView> ListChangedProducts(ChangePlace after, int limit)
    {
        var page = _changedProducts.Page(after, limit, Head, _ => true);
        return new Page<ProductView>([.. page.Items.Select(product => product.View())], page.Next?.Seq)
        {
            NextPosition = page.Next?.Position ?? 0,
            Head = Head,
            CompleteToSeq = page.CompleteToSeq,
        };
    }

    public FeedHealth Health(DateTimeOffset? visibleFrom)
    {
        var outside = visibleFrom is { } from ? _ordersByPosition.FindAll(order => order.CreatedAt < from) : [];
        var awaiting = _orders.Count - _ordersByPosition.Count;
        return new FeedHealth(Head, NewestEventAt, LastHeardAt, _ordersByPosition.Count, awaiting, _productsByPosition.Count, outside.Count)
        {
            OldestOutside = outside.Count > 0 ? outside.Min(order => order.CreatedAt) : null,
            Outside = [.. outside.OrderByDescending(order => order.CreatedAt).Take(FeedHealth.MaxListed).Select(order => order.Id)],
            Awaiting =
                awaiting == 0
                    ? []
                    : [.. _orders.Values.Where(order => !order.IsCreated).Take(FeedHealth.MaxListed).Select(order => order.Id)],
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

    /// <summary>True if the order is final: delivered, cancelled, returned, or never created.</summary>
    internal bool IsOver(string id) =>
        !_orders.TryGetValue(id, out var order)
        || !order.IsCreated
        || order.IsReturned
        || order.Status is OrderStatus.Delivered or OrderStatus.Cancelled;

    /// <summary>Latest instant of a merge or unmerge; the next one must be later to win.</summary>
    internal long NewestMergeTicks => _merged.NewestTicks;

    /// <summary>The merge by which an order joined its shipment; the earliest stamp if it ships by itself.</summary>
    internal Stamp MergedSince(string id) => _merged.Since(id);

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

    private OrderView View(OrderEntry order) =>
        Views.TryGet(order.Id, out var view) ? view : order.View(tracking => _tracks.GetValueOrDefault(tracking)?.CarrierFor(order.Id));

    // Not those of lists: the pages of one poll would fill the table.
    private OrderView Keep(OrderView view)
    {
        Views.Add(view);
        return view;
    }

    private void Fold(FeedEvent @event, EventContent content, Stamp stamp)
    {
        if (EventContents.OrderOf(@event, content) is { } order)
        {
            Order(order).AddEvent(@event.Seq);
        }

        switch (content)
        {
            case EventContent.ProductUpdated or EventContent.ProductPatched:
                Change(Product(@event), content, stamp, @event.Seq);
                break;
            case EventContent.TrackUpdated point:
                Pass(@event, point, stamp);
                break;
            case EventContent.OrderMerged merged:
                Merge(@event, merged.With, isUndone: false, stamp);
                break;
            case EventContent.OrderUnmerged undone:
                Merge(@event, undone.With, isUndone: true, stamp);
                break;
            case EventContent.OrderTracked tracked:
                Track(@event, tracked, stamp);
                break;
            default:
                Fold(Order(@event.Subject), @event, content, stamp);
                break;
        }
    }

    private void Change(ProductEntry product, EventContent content, Stamp stamp, long seq)
    {
        if (content is EventContent.ProductUpdated update)
        {
            product.Update(update, stamp, seq);
        }
        else if (content is EventContent.ProductPatched patch)
        {
            product.Patch(patch, stamp, seq);
        }

        _changedProducts.Record([product], _productsByPosition.Count);
    }

    // One event makes one new version of an order, however many parts of it change.
    private void Touch(OrderEntry order, long seq)
    {
        if (_touched.Add(order))
        {
            order.Touch(seq);
            Views.Remove(order.Id);
        }
    }

    private void Fold(OrderEntry order, FeedEvent @event, EventContent content, Stamp stamp)
    {
        Touch(order, @event.Seq);
        switch (content)
        {
            case EventContent.OrderCreated created:
                Create(order, Pooled(created), SealedBuyerPart.MarkOf(@event.Sealed), stamp, @event.Seq);
                break;
            case EventContent.OrderStep when @event.Type == EventTypes.OrderPaid:
                order.Pay(stamp);
                break;
            case EventContent.OrderStep when @event.Type == EventTypes.OrderShipped:
                order.Ship(stamp);
                break;
            case EventContent.OrderStep:
                order.Deliver(stamp);
                break;
            case EventContent.OrderCancelled cancelled:
                order.Cancel(cancelled.Reason, stamp);
                break;
            case EventContent.OrderUncancelled:
                order.Uncancel(stamp);
                break;
            case EventContent.OrderLinesCancelled cancelled:
                order.Cancel(cancelled, stamp);
                break;
            case EventContent.OrderRefunded refunded:
                order.Refund(refunded, stamp);
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

    private void Create(OrderEntry order, EventContent.OrderCreated created, BuyerMark? mark, Stamp stamp, long seq)
    {
        if (order.Create(created, mark, stamp, seq))
        {
            _ordersByPosition.Add(order);
        }
    }

    private void Pass(FeedEvent @event, EventContent.TrackUpdated point, Stamp stamp)
    {
        RecordTrack(Track(@event.Subject), stamp, new TrackNote(point.OrderId, point.Carrier, point), @event.Seq);
        var order = Order(point.OrderId);

        // Only the first tracking point, or one with another carrier, makes a new version of the order; others change the waybill only.
        if (order.Track(@event.Subject, stamp))
        {
            Touch(order, @event.Seq);
        }
    }

    private void Track(FeedEvent @event, EventContent.OrderTracked tracked, Stamp stamp)
    {
        var order = Order(@event.Subject);
        Touch(order, @event.Seq);
        order.Track(tracked.TrackingId, stamp);
        var track = Track(tracked.TrackingId);
        RecordTrack(track, stamp, new TrackNote(@event.Subject, tracked.Carrier, null), @event.Seq);
        track.Write(@event.Subject, @event.Id, @event.Seq);
    }

    // Orders show the carriers of their waybills.
    private void RecordTrack(TrackEntry track, Stamp stamp, TrackNote note, long seq)
    {
        var before = track.Carriers();
        track.Record(stamp, note);
        var after = track.Carriers();
        foreach (var (id, _) in before.Where(known => known.Value != after.GetValueOrDefault(known.Key)))
        {
            Touch(Order(id), seq);
        }
    }

    private void Merge(FeedEvent @event, ImmutableArray<string> with, bool isUndone, Stamp stamp)
    {
        foreach (var id in _merged.Record(stamp, [@event.Subject, .. with.IsDefault ? [] : with], isUndone))
        {
            var order = Order(id);
            order.ShipWith(_merged.ShipmentOf(id));
            Touch(order, @event.Seq);
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

    private ProductEntry Product(FeedEvent @event)
    {
        if (!_products.TryGetValue(@event.Subject, out var product))
        {
            _products[@event.Subject] = product = new ProductEntry(@event.Subject, @event.Seq);
            _productsByPosition.Add(product);
        }

        return product;
    }

    // Intern strings: the same few words are in every order of a seller.
    private EventContent.OrderCreated Pooled(EventContent.OrderCreated created) =>
        created with
        {
            Currency = Pooled(created.Currency)!,
            Items = [.. created.Items.Select(item => item with { ProductId = Pooled(item.ProductId)! })],
            Payments = created.Payments.IsDefault
                ? []
                : [.. created.Payments.Select(payment => payment with { Type = Pooled(payment.Type)! })],
            Buyer = created.Buyer is { } buyer
                ? buyer with
                {
                    Region = Pooled(buyer.Region),
                    Country = Pooled(buyer.Country),
                    PostcodePrefix = Pooled(buyer.PostcodePrefix),
                }
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
