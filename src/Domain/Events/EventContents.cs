using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Shipments;

namespace Marketplace.Events;

/// <summary>One line of an order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.line")]
public readonly record struct OrderLine(
    [property: Id(0)] int Line,
    [property: Id(1)] string ProductId,
    [property: Id(2)] int Quantity,
    [property: Id(3)] decimal UnitPrice,
    [property: Id(4)] decimal Freight
)
{
    /// <summary>Discount on the line as a whole; null if not stated.</summary>
    [Id(5)]
    public decimal? Discount { get; init; }

    /// <summary>Tax on top of the line's price.</summary>
    [Id(6)]
    public decimal? Tax { get; init; }

    /// <summary>Amount refunded for the line.</summary>
    [Id(7)]
    public decimal? Refunded { get; init; }

    /// <summary>Cancelled units; <see cref="Quantity"/> remains the ordered number.</summary>
    [Id(8)]
    public int? CancelledQuantity { get; init; }

    /// <summary>Units to ship.</summary>
    public int ToShip() => Math.Max(0, Quantity - (CancelledQuantity ?? 0));
}

/// <summary>One payment of an order; the type is the source's term, for example <c>credit_card</c>.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.payment")]
public readonly record struct Payment([property: Id(0)] string Type, [property: Id(1)] decimal Amount);

/// <summary>The buyer's private fields that a platform may have. They are sealed; only their existence is public (R23).</summary>
[Flags]
public enum PrivateFields
{
    None = 0,
    Name = 1,
    Phone = 2,
    Email = 4,
    IdentityNumber = 8,
    Street = 16,
    City = 32,
    Postcode = 64,
    CustomerId = 128,
}

/// <summary>The buyer's public data: where the parcel roughly goes, and which private fields exist.</summary>
/// <param name="Region">State or province.</param>
/// <param name="Country">Country code or name.</param>
/// <param name="PostcodePrefix">At most two characters.</param>
/// <param name="Sealed">Private fields that exist.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.buyer")]
public sealed record PublicBuyer(
    [property: Id(0)] string? Region,
    [property: Id(1)] string? Country,
    [property: Id(2)] string? PostcodePrefix,
    [property: Id(3), JsonPropertyName("sealed")] PrivateFields Sealed
);

/// <summary>Some units of a line in a parcel.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.parcel-item")]
public readonly record struct ParcelItem([property: Id(0)] int Line, [property: Id(1)] int Quantity);

/// <summary>One of the parcels of a split order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.parcel")]
public readonly record struct Parcel([property: Id(0)] ImmutableArray<ParcelItem> Items);

/// <summary>The public part of each type's data, as stored in the feed. Members not declared here cannot be in it.</summary>
public abstract record EventContent
{
    private EventContent() { }

    /// <summary>The source's order of its events of one instant (<see cref="EventSequence"/>); null if not given.</summary>
    public string? Sequence { get; init; }

    public sealed record OrderCreated(
        string Currency,
        ImmutableArray<OrderLine> Items,
        PublicBuyer? Buyer,
        ImmutableArray<Payment> Payments,
        DateTimeOffset? EstimatedDelivery
    ) : EventContent
    {
        /// <summary>Discount on the order, in addition to its lines' discounts.</summary>
        public decimal? Discount { get; init; }

        /// <summary>Tax on the order, in addition to its lines' tax.</summary>
        public decimal? Tax { get; init; }

        /// <summary>Shipping cost in addition to the lines' freight.</summary>
        public decimal? Shipping { get; init; }

        /// <summary>Amount refunded when the event was made, for the order including its lines.</summary>
        public decimal? Refunded { get; init; }
    }

    /// <summary>Paid, shipped or delivered: the instant is the event's time.</summary>
    public sealed record OrderStep : EventContent;

    public sealed record OrderCancelled(string? Reason) : EventContent;

    /// <summary>A cancellation was withdrawn: the order returns to the state given by its other events.</summary>
    public sealed record OrderUncancelled(string? Reason) : EventContent;

    /// <summary>Total cancelled units per line, counted from the beginning.</summary>
    public sealed record OrderLinesCancelled(ImmutableArray<ParcelItem> Lines, string? Reason) : EventContent;

    /// <summary>A refund of one line or of the order as a whole.</summary>
    public sealed record OrderRefunded(decimal Amount, int? Line, string? Reason) : EventContent;

    public sealed record OrderReturned(string? ReturnReasonCode, string? Reason) : EventContent;

    public sealed record TrackUpdated(string OrderId, string? Carrier, string Status, string? Location) : EventContent
    {
        /// <summary>One of <see cref="TrackStates"/>; null in events of earlier releases.</summary>
        public string? State { get; init; }
    }

    public sealed record ProductUpdated(
        string? Title,
        string? Category,
        decimal? Price,
        string? Currency,
        int? WeightG,
        ImmutableSortedDictionary<string, string>? Attributes
    ) : EventContent;

    public sealed record OrderFlagged(string Kind, string? Note) : EventContent;

    public sealed record OrderSplit(ImmutableArray<Parcel> Parcels) : EventContent;

    public sealed record OrderMerged(ImmutableArray<string> With) : EventContent;

    /// <summary>The order and these, formerly one shipment, each ship by themselves.</summary>
    public sealed record OrderUnmerged(ImmutableArray<string> With) : EventContent;

    public sealed record OrderTracked(string TrackingId, string? Carrier) : EventContent;

    public sealed record ProductPatched(
        string? Title,
        decimal? Price,
        string? Category,
        ImmutableSortedDictionary<string, string>? Attributes
    ) : EventContent;
}
