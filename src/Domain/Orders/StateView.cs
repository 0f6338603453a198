using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Shipments;

namespace Marketplace.Orders;

/// <summary>
/// The status of an order. Derived: cancelled takes precedence over delivered, then shipped, paid, created. A return is not a status:
/// readers of older schema versions know these five words only, so it is shown as an instant beside them (R64).
/// </summary>
public enum OrderStatus
{
    Created,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
}

/// <summary>A plugin's flag on an order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.flag")]
public readonly record struct OrderFlag([property: Id(0)] string Kind, [property: Id(1)] string? Note, [property: Id(2)] DateTimeOffset At);

/// <summary>A waybill of an order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.waybill")]
public readonly record struct Waybill([property: Id(0)] string TrackingId, [property: Id(1)] string? Carrier);

/// <summary>An order's current state; contains none of the buyer's private fields (R23).</summary>
/// <param name="Id">The source's id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Version">Number of events folded into it.</param>
/// <param name="UpdatedSeq">Feed position of the last of them.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.order")]
public sealed record OrderView(
    [property: Id(0)] string Id,
    [property: Id(1)] OrderStatus Status,
    [property: Id(2)] long Version,
    [property: Id(3)] long UpdatedSeq
)
{
    [Id(4)]
    public required string Currency { get; init; }

    [Id(5)]
    public required DateTimeOffset CreatedAt { get; init; }

    [Id(6)]
    public DateTimeOffset? PaidAt { get; init; }

    [Id(7)]
    public DateTimeOffset? ShippedAt { get; init; }

    [Id(8)]
    public DateTimeOffset? DeliveredAt { get; init; }

    [Id(9)]
    public DateTimeOffset? CancelledAt { get; init; }

    [Id(10)]
    public string? CancelReason { get; init; }

    [Id(11)]
    public DateTimeOffset? EstimatedDelivery { get; init; }

    [Id(12)]
    public required ImmutableArray<OrderLine> Items { get; init; }

    [Id(13)]
    public required ImmutableArray<Payment> Payments { get; init; }

    [Id(14)]
    public PublicBuyer? Buyer { get; init; }

    [Id(15)]
    public required ImmutableArray<OrderFlag> Flags { get; init; }

    [Id(16)]
    public required ImmutableArray<Parcel> Parcels { get; init; }

    [Id(17)]
    public required ImmutableArray<string> MergedWith { get; init; }

    [Id(18)]
    public required ImmutableArray<Waybill> Tracking { get; init; }

    /// <summary>When the buyer first returned it; the status does not change.</summary>
    [Id(19)]
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>The reason of the first return, as an enumerated value of the source (R64).</summary>
    [Id(20)]
    public string? ReturnReasonCode { get; init; }

    /// <summary>Discount on the order, in addition to its lines' discounts; null if not stated.</summary>
    [Id(21)]
    public decimal? Discount { get; init; }

    /// <summary>Tax on the order, in addition to its lines' tax.</summary>
    [Id(22)]
    public decimal? Tax { get; init; }

    /// <summary>Shipping cost in addition to the lines' freight.</summary>
    [Id(23)]
    public decimal? Shipping { get; init; }

    /// <summary>Refunds of the order and its lines.</summary>
    [Id(24)]
    public decimal? Refunded { get; init; }

    /// <summary>
    /// The price of the ordered goods, in the order's currency: lines with freight and tax, shipping and tax, less the discounts; never
    /// below 0. Later refunds are in <see cref="Refunded"/> and do not change it.
    /// </summary>
    public decimal Total => Math.Max(0m, Items.Sum(Price) + (Shipping ?? 0m) + (Tax ?? 0m) - (Discount ?? 0m));

    private static decimal Price(OrderLine item) =>
        (item.Quantity * item.UnitPrice) + item.Freight + (item.Tax ?? 0m) - (item.Discount ?? 0m);
}

/// <summary>One tracking point of a parcel.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.track-point")]
public readonly record struct TrackPoint(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string Status,
    [property: Id(2)] string? Location
)
{
    /// <summary>One of <see cref="TrackStates"/>; null from a silo of an earlier release.</summary>
    [Id(3)]
    public string? State { get; init; }
}

/// <summary>The tracking of a waybill; points in order of time, with the newest point's status.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.track")]
public sealed record TrackView(
    [property: Id(0)] string Id,
    [property: Id(1)] string OrderId,
    [property: Id(2)] string? Carrier,
    [property: Id(3)] ImmutableArray<TrackPoint> Points
);

/// <summary>A product's current state, including plugins' patches.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.product")]
public sealed record ProductView([property: Id(0)] string Id, [property: Id(1)] long Version, [property: Id(2)] long UpdatedSeq)
{
    [Id(3)]
    public string? Title { get; init; }

    [Id(4)]
    public string? Category { get; init; }

    [Id(5)]
    public decimal? Price { get; init; }

    [Id(6)]
    public string? Currency { get; init; }

    [Id(7)]
    public int? WeightG { get; init; }

    [Id(8)]
    public required ImmutableSortedDictionary<string, string> Attributes { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">Where the next page starts; in a list of changes its <see cref="ChangePlace.Seq"/>. Null if this is the last.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.page`1")]
public sealed record Page<T>([property: Id(0)] ImmutableArray<T> Items, [property: Id(1)] long? Next)
{
    /// <summary>In a list of changes the <see cref="ChangePlace.Position"/> that belongs to <see cref="Next"/>; otherwise 0.</summary>
    [Id(2)]
    public long NextPosition { get; init; }

    /// <summary>The feed's last position when the page was made.</summary>
    [Id(3)]
    public long Head { get; init; }

    /// <summary>
    /// Everything that last changed up to this position is on this page or an earlier one; in a list by creation that holds after its last
    /// page.
    /// </summary>
    [Id(4)]
    public long CompleteToSeq { get; init; }
}

/// <summary>Filter of order lists; every condition set must hold.</summary>
/// <param name="Status">Their status.</param>
/// <param name="CreatedFrom">Inclusive.</param>
/// <param name="CreatedTo">Exclusive.</param>
/// <param name="UpdatedAfterSeq">Only orders with a later event than this.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.order-filter")]
public readonly record struct OrderFilter(
    [property: Id(0)] OrderStatus? Status,
    [property: Id(1)] DateTimeOffset? CreatedFrom,
    [property: Id(2)] DateTimeOffset? CreatedTo,
    [property: Id(3)] long? UpdatedAfterSeq
);

/// <summary>The state of a seller's feed; for diagnosis.</summary>
/// <param name="Head">Sequence number of the last event; 0 without any.</param>
/// <param name="NewestEventAt">Latest instant of any event of the seller; null without any.</param>
/// <param name="LastAcceptedAt">
/// When the last event of the seller was accepted; null without any. Lifecycle events of installations do not count.
/// </param>
/// <param name="Orders">Orders visible to plugins.</param>
/// <param name="AwaitingCreation">Orders with events but (so far) without creation; invisible to plugins.</param>
/// <param name="Products">Products visible to plugins.</param>
/// <param name="OutsideWindow">Orders created before the given bound (R59).</param>
[GenerateSerializer, Immutable, Alias("mp.sync.health")]
public sealed record FeedHealth(
    [property: Id(0)] long Head,
    [property: Id(1)] DateTimeOffset? NewestEventAt,
    [property: Id(2)] DateTimeOffset? LastAcceptedAt,
    [property: Id(3)] int Orders,
    [property: Id(4)] int AwaitingCreation,
    [property: Id(5)] int Products,
    [property: Id(6)] int OutsideWindow
)
{
    /// <summary>Maximum ids listed.</summary>
    public const int MaxListed = 20;

    /// <summary>When the oldest order outside the window was created; null without any.</summary>
    [Id(7)]
    public DateTimeOffset? OldestOutside { get; init; }

    /// <summary>The newest orders outside the window, at most <see cref="MaxListed"/>.</summary>
    [Id(8)]
    public ImmutableArray<string> Outside { get; init; } = [];

    /// <summary>Orders waiting for their creation, at most <see cref="MaxListed"/>.</summary>
    [Id(9)]
    public ImmutableArray<string> Awaiting { get; init; } = [];
}
