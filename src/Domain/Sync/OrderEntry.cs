using System.Collections.Immutable;

namespace Marketplace.Sync;

/// <summary>One order in memory. Until its creation is folded it is only a place where other events wait, and nobody sees it.</summary>
internal sealed class OrderEntry(string id)
{
    private Latest<EventContent.OrderCreated> _content;
    private long _createdTicks = long.MaxValue;
    private long _paidTicks = long.MaxValue;
    private long _shippedTicks = long.MaxValue;
    private long _deliveredTicks = long.MaxValue;
    private Extras? _extras;
    private readonly List<long> _events = new(4);

    public string Id { get; } = id;

    /// <summary>Place of the first creation in the feed; the order's place in lists. 0 while it waits for it.</summary>
    public long Position { get; private set; }

    public long Version { get; private set; }

    public long UpdatedSeq { get; private set; }

    public bool IsCreated => Position > 0;

    public DateTimeOffset CreatedAt => new(_createdTicks, TimeSpan.Zero);

    public ImmutableArray<OrderLine> Items => _content.Value!.Items;

    public PublicBuyer? Buyer => _content.Value!.Buyer;

    public IReadOnlyCollection<string> MergedWith => _extras?.MergedWith ?? (IReadOnlyCollection<string>)[];

    public IReadOnlyCollection<string> TrackingIds => _extras?.Tracking ?? (IReadOnlyCollection<string>)[];

    /// <summary>Latest instant of a split; a next one must be later to win.</summary>
    public long SplitTicks => _extras?.Parcels.Stamp.Ticks ?? 0;

    public OrderStatus Status => this switch
    {
        { _extras.Cancelled.IsSet: true } => OrderStatus.Cancelled,
        _ when _deliveredTicks != long.MaxValue => OrderStatus.Delivered,
        _ when _shippedTicks != long.MaxValue => OrderStatus.Shipped,
        _ when _paidTicks != long.MaxValue => OrderStatus.Paid,
        _ => OrderStatus.Created,
    };

    private Extras More => _extras ??= new Extras();

    /// <summary>Places in the feed of all events about the order, in order.</summary>
    public IReadOnlyList<long> Events => _events;

    public void Note(long seq) => _events.Add(seq);

    public void Touch(long seq) => (Version, UpdatedSeq) = (Version + 1, seq);

    /// <returns>True if this made the order visible.</returns>
    public bool Create(EventContent.OrderCreated content, Stamp stamp, long seq)
    {
        _content.Set(content, stamp);
        _createdTicks = Math.Min(_createdTicks, stamp.Ticks);
        var first = !IsCreated;
        Position = first ? seq : Position;
        return first;
    }

    public void Pay(Stamp stamp) => _paidTicks = Math.Min(_paidTicks, stamp.Ticks);

    public void Ship(Stamp stamp) => _shippedTicks = Math.Min(_shippedTicks, stamp.Ticks);

    public void Deliver(Stamp stamp) => _deliveredTicks = Math.Min(_deliveredTicks, stamp.Ticks);

    public void Cancel(string? reason, Stamp stamp) => More.Cancelled.Set(reason, stamp);

    public void Return(string? reasonCode, Stamp stamp) => More.Returned.Set(reasonCode, stamp);

    public void Flag(EventContent.OrderFlagged flag, Stamp stamp) => More.Flags.Add(stamp, flag);

    public void Split(ImmutableArray<Parcel> parcels, Stamp stamp) => More.Parcels.Set(parcels, stamp);

    public void Merge(IEnumerable<string> group) => More.MergedWith.UnionWith(group.Where(other => other != Id));

    /// <returns>False if the waybill was known.</returns>
    public bool Track(string trackingId) => More.Tracking.Add(trackingId);

    public OrderView View(Func<string, string?> carrierOf) => new(Id, Status, Version, UpdatedSeq)
    {
        Currency = _content.Value!.Currency,
        CreatedAt = CreatedAt,
        PaidAt = Instant(_paidTicks),
        ShippedAt = Instant(_shippedTicks),
        DeliveredAt = Instant(_deliveredTicks),
        CancelledAt = _extras?.Cancelled.At,
        CancelReason = _extras?.Cancelled.Value,
        ReturnedAt = _extras?.Returned.At,
        ReturnReasonCode = _extras?.Returned.Value,
        EstimatedDelivery = _content.Value.EstimatedDelivery,
        Items = _content.Value.Items,
        Payments = _content.Value.Payments.IsDefault ? [] : _content.Value.Payments,
        Buyer = _content.Value.Buyer,
        Flags = _extras is null ? [] : [.. _extras.Flags.Select(flag => new OrderFlag(flag.Value.Kind, flag.Value.Note, new DateTimeOffset(flag.Key.Ticks, TimeSpan.Zero)))],
        Parcels = _extras is { Parcels.Value: { IsDefault: false } parcels } ? parcels : [],
        MergedWith = [.. MergedWith],
        Tracking = [.. TrackingIds.Select(tracking => new Waybill(tracking, carrierOf(tracking)))],
    };

    private static DateTimeOffset? Instant(long ticks) => ticks == long.MaxValue ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    // Most orders have none of these; a big seller has a hundred thousand orders.
    private sealed class Extras
    {
        public Earliest<string> Cancelled;
        public Earliest<string> Returned;
        public Latest<ImmutableArray<Parcel>> Parcels;

        public SortedDictionary<Stamp, EventContent.OrderFlagged> Flags { get; } = [];

        public SortedSet<string> MergedWith { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Tracking { get; } = new(StringComparer.Ordinal);
    }
}
