using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>One order in memory. Until its creation is folded it only collects other events and is invisible.</summary>
internal sealed class OrderEntry(string id)
{
    private Latest<EventContent.OrderCreated> _content;
    private long _createdTicks = long.MaxValue;
    private long _paidTicks = long.MaxValue;
    private long _shippedTicks = long.MaxValue;
    private long _deliveredTicks = long.MaxValue;
    private static readonly ImmutableSortedSet<string> None = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private Extras? _extras;
    private readonly List<long> _events = new(4);

    public string Id { get; } = id;

    /// <summary>Feed position of the first creation; the order's position in lists. 0 before the creation.</summary>
    public long Position { get; private set; }

    public long Version { get; private set; }

    public long UpdatedSeq { get; private set; }

    public bool IsCreated => Position > 0;

    public bool IsReturned => _extras is { Returned.IsSet: true };

    public DateTimeOffset CreatedAt => new(_createdTicks, TimeSpan.Zero);

    /// <summary>The lines with their cancellations and refunds.</summary>
    public ImmutableArray<OrderLine> Items =>
        _extras is { Lines: { } lines } ? [.. _content.Value!.Items.Select(item => lines.With(item, _content))] : _content.Value!.Items;

    public PublicBuyer? Buyer => _content.Value!.Buyer;

    /// <summary>Identifies the buyer; null if the creation in effect came without.</summary>
    public BuyerMark? BuyerMark { get; private set; }

    /// <summary>The other orders of its shipment.</summary>
    public ImmutableSortedSet<string> MergedWith => _extras?.MergedWith ?? None;

    public IReadOnlyCollection<string> TrackingIds => _extras?.Tracking.Keys ?? (IReadOnlyCollection<string>)[];

    /// <summary>Latest instant of a split; the next one must be later to win.</summary>
    public long SplitTicks => _extras?.Parcels.Stamp.Ticks ?? 0;

    public OrderStatus Status =>
        this switch
        {
            { Cancellation: not null } => OrderStatus.Cancelled,
            _ when _deliveredTicks != long.MaxValue => OrderStatus.Delivered,
            _ when _shippedTicks != long.MaxValue => OrderStatus.Shipped,
            _ when _paidTicks != long.MaxValue => OrderStatus.Paid,
            _ => OrderStatus.Created,
        };

    private Extras More => _extras ??= new Extras();

    /// <summary>The first cancellation not withdrawn, or that of the last unit; null if the order is not cancelled.</summary>
    private (Stamp Stamp, string? Reason)? Cancellation =>
        _extras is not { } extras ? null
        : extras.Cancellation is { } whole ? whole
        : IsCreated && extras.Lines is { Last: { } last } && Items.All(item => item.ToShip() == 0) ? last
        : null;

    /// <summary>Feed positions of all events of the order, ascending.</summary>
    public IReadOnlyList<long> Events => _events;

    /// <summary>Feed positions of its creations, ascending.</summary>
    public IReadOnlyList<long> Creations =>
        !IsCreated ? []
        : _extras is { Recreated.Count: > 0 } extras ? [Position, .. extras.Recreated]
        : [Position];

    public void AddEvent(long seq) => _events.Add(seq);

    public void Touch(long seq) => (Version, UpdatedSeq) = (Version + 1, seq);

    /// <returns>True if the order became visible.</returns>
    public bool Create(EventContent.OrderCreated content, BuyerMark? mark, Stamp stamp, long seq)
    {
        _content.Set(content, stamp);
        BuyerMark = _content.Stamp == stamp ? mark : BuyerMark;
        _createdTicks = Math.Min(_createdTicks, stamp.Ticks);
        var first = !IsCreated;
        Position = first ? seq : Position;
        if (!first)
        {
            More.Recreated.Add(seq);
        }

        return first;
    }

    public void Pay(Stamp stamp) => _paidTicks = Math.Min(_paidTicks, stamp.Ticks);

    public void Ship(Stamp stamp) => _shippedTicks = Math.Min(_shippedTicks, stamp.Ticks);

    public void Deliver(Stamp stamp) => _deliveredTicks = Math.Min(_deliveredTicks, stamp.Ticks);

    public void Cancel(string? reason, Stamp stamp) => More.Cancellations[stamp] = reason;

    /// <summary>Withdraws earlier cancellations.</summary>
    public void Uncancel(Stamp stamp) => More.Uncancelled.Set(true, stamp);

    public void Cancel(EventContent.OrderLinesCancelled cancelled, Stamp stamp) =>
        (More.Lines ??= new LineChanges()).Cancel(cancelled, stamp);

    public void Refund(EventContent.OrderRefunded refunded, Stamp stamp) => (More.Lines ??= new LineChanges()).Refund(refunded, stamp);

    public void Return(string? reasonCode, Stamp stamp) => More.Returned.Set(reasonCode, stamp);

    public void Flag(EventContent.OrderFlagged flag, Stamp stamp) => More.Flags.Add(stamp, flag);

    public void Split(ImmutableArray<Parcel> parcels, Stamp stamp) => More.Parcels.Set(parcels, stamp);

    /// <param name="group">The orders of its shipment, including it; only itself or empty if it ships by itself.</param>
    public void ShipWith(IEnumerable<string> group) => More.MergedWith = None.Union(group.Where(other => other != Id));

    /// <returns>False if the waybill was already known.</returns>
    public bool Track(string trackingId, Stamp stamp)
    {
        var known = More.Tracking.TryGetValue(trackingId, out var first);
        More.Tracking[trackingId] = known && first.CompareTo(stamp) < 0 ? first : stamp;
        return !known;
    }

    /// <summary>True if the order got a waybill after an event.</summary>
    public bool HasWaybillAfter(Stamp stamp) => _extras is { } extras && extras.Tracking.Values.Any(first => first.CompareTo(stamp) > 0);

    public OrderView View(Func<string, string?> carrierOf) =>
        new(Id, Status, Version, UpdatedSeq)
        {
            Currency = _content.Value!.Currency,
            CreatedAt = CreatedAt,
            PaidAt = Instant(_paidTicks),
            ShippedAt = Instant(_shippedTicks),
            DeliveredAt = Instant(_deliveredTicks),
            CancelledAt = Cancellation is { } cancelled ? new DateTimeOffset(cancelled.Stamp.Ticks, TimeSpan.Zero) : null,
            CancelReason = Cancellation?.Reason,
            ReturnedAt = _extras?.Returned.At,
            ReturnReasonCode = _extras?.Returned.Value,
            EstimatedDelivery = _content.Value.EstimatedDelivery,
            Items = Items,
            Discount = _content.Value.Discount,
            Tax = _content.Value.Tax,
            Shipping = _content.Value.Shipping,
            Refunded = Refunded(),
            Payments = _content.Value.Payments.IsDefault ? [] : _content.Value.Payments,
            Buyer = _content.Value.Buyer,
            Flags = _extras is null
                ? []
                :
                [
                    .. _extras.Flags.Select(flag => new OrderFlag(
                        flag.Value.Kind,
                        flag.Value.Note,
                        new DateTimeOffset(flag.Key.Ticks, TimeSpan.Zero)
                    )),
                ],
            Parcels = _extras is { Parcels.Value: { IsDefault: false } parcels } ? parcels : [],
            MergedWith = [.. MergedWith],
            Tracking = [.. TrackingIds.Select(tracking => new Waybill(tracking, carrierOf(tracking)))],
        };

    private decimal? Refunded()
    {
        var created = _content.Value!;
        var stated = created.Refunded
            ?? (created.Items.Any(item => item.Refunded is not null) ? created.Items.Sum(item => item.Refunded ?? 0m) : null);
        return _extras?.Lines is { } lines ? lines.Refunded(stated, _content) : stated;
    }

    private static DateTimeOffset? Instant(long ticks) => ticks == long.MaxValue ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    // Allocated on demand: most orders have none of these, and a big seller has a hundred thousand orders.
    private sealed class Extras
    {
        public Latest<bool> Uncancelled;
        public LineChanges? Lines;
        public Earliest<string> Returned;
        public Latest<ImmutableArray<Parcel>> Parcels;

        public List<long> Recreated { get; } = [];

        public SortedDictionary<Stamp, string?> Cancellations { get; } = [];

        public (Stamp Stamp, string? Reason)? Cancellation
        {
            get
            {
                foreach (var (stamp, reason) in Cancellations)
                {
                    if (stamp.CompareTo(Uncancelled.Stamp) > 0)
                    {
                        return (stamp, reason);
                    }
                }

                return null;
            }
        }

        public SortedDictionary<Stamp, EventContent.OrderFlagged> Flags { get; } = [];

        public ImmutableSortedSet<string> MergedWith { get; set; } = None;

        /// <summary>The waybills, each with the first event that names it.</summary>
        public SortedDictionary<string, Stamp> Tracking { get; } = new(StringComparer.Ordinal);
    }
}
