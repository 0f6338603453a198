using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Sync;

/// <summary>One line of an order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.line")]
public readonly record struct OrderLine(
    [property: Id(0)] int Line,
    [property: Id(1)] string ProductId,
    [property: Id(2)] int Quantity,
    [property: Id(3)] decimal UnitPrice,
    [property: Id(4)] decimal Freight);

/// <summary>One payment of an order; the type is the source's word, for example <c>credit_card</c>.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.payment")]
public readonly record struct Payment([property: Id(0)] string Type, [property: Id(1)] decimal Amount);

/// <summary>The private fields a platform may have of a buyer. They are sealed; only that they exist is public (R23).</summary>
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

/// <summary>What of a buyer may leave: where the parcel roughly goes, and which private fields exist.</summary>
/// <param name="Region">State or province.</param>
/// <param name="Country">Country code or name.</param>
/// <param name="PostcodePrefix">At most two characters.</param>
/// <param name="Sealed">Private fields that exist.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.buyer")]
public sealed record PublicBuyer(
    [property: Id(0)] string? Region,
    [property: Id(1)] string? Country,
    [property: Id(2)] string? PostcodePrefix,
    [property: Id(3), JsonPropertyName("sealed")] PrivateFields Sealed);

/// <summary>Some units of a line in a parcel.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.parcel-item")]
public readonly record struct ParcelItem([property: Id(0)] int Line, [property: Id(1)] int Quantity);

/// <summary>One of the parcels of a split order.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.parcel")]
public readonly record struct Parcel([property: Id(0)] ImmutableArray<ParcelItem> Items);

/// <summary>The public part of each type's data, as it stands in the feed. What is not named here cannot be in it.</summary>
public abstract record EventContent
{
    private EventContent()
    {
    }

    public sealed record OrderCreated(
        string Currency, ImmutableArray<OrderLine> Items, PublicBuyer? Buyer, ImmutableArray<Payment> Payments, DateTimeOffset? EstimatedDelivery) : EventContent;

    /// <summary>Paid, shipped or delivered: the instant is the event's time.</summary>
    public sealed record OrderStep : EventContent;

    public sealed record OrderCancelled(string? Reason) : EventContent;

    public sealed record OrderReturned(string? ReturnReasonCode, string? Reason) : EventContent;

    public sealed record TrackUpdated(string OrderId, string? Carrier, string Status, string? Location) : EventContent;

    public sealed record ProductUpdated(
        string? Title, string? Category, decimal? Price, string? Currency, int? WeightG, ImmutableSortedDictionary<string, string>? Attributes) : EventContent;

    public sealed record OrderFlagged(string Kind, string? Note) : EventContent;

    public sealed record OrderSplit(ImmutableArray<Parcel> Parcels) : EventContent;

    public sealed record OrderMerged(ImmutableArray<string> With) : EventContent;

    public sealed record OrderTracked(string TrackingId, string? Carrier) : EventContent;

    public sealed record ProductPatched(string? Title, decimal? Price, string? Category, ImmutableSortedDictionary<string, string>? Attributes) : EventContent;
}
