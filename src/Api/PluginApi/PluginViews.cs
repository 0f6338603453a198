using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Orders;

namespace Marketplace.Api.PluginApi;

/// <summary>Stands where a buyer's private field would: it exists, and it does not leave (R23).</summary>
internal sealed record Redacted([property: JsonPropertyName("redacted")] bool IsRedacted, string Reason)
{
    private static readonly Redacted BuyerPrivate = new(true, "buyer-private");

    public static Redacted? If(bool exists) => exists ? BuyerPrivate : null;
}

internal sealed record BuyerJson(
    string? Region,
    string? Country,
    string? PostcodePrefix,
    Redacted? Name,
    Redacted? Phone,
    Redacted? Email,
    Redacted? IdentityNumber,
    Redacted? Street,
    Redacted? City,
    Redacted? Postcode,
    Redacted? CustomerId
)
{
    public static BuyerJson? Of(PublicBuyer? buyer) =>
        buyer is null
            ? null
            : new(
                buyer.Region,
                buyer.Country,
                buyer.PostcodePrefix,
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.Name)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.Phone)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.Email)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.IdentityNumber)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.Street)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.City)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.Postcode)),
                Redacted.If(buyer.Sealed.HasFlag(PrivateFields.CustomerId))
            );
}

/// <summary>An order as plugins see it.</summary>
internal sealed record OrderJson(string OrderId, string Status, long Version, long UpdatedSeq, string Currency, DateTimeOffset CreatedAt)
{
    private const int MaxListed = 20;

    public DateTimeOffset? PaidAt { get; init; }

    public DateTimeOffset? ShippedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    public string? CancelReason { get; init; }

    public DateTimeOffset? ReturnedAt { get; init; }

    public string? ReturnReasonCode { get; init; }

    public DateTimeOffset? EstimatedDelivery { get; init; }

    public ImmutableArray<OrderLine> Items { get; init; }

    public ImmutableArray<Payment> Payments { get; init; }

    public decimal Total { get; init; }

    public decimal? Discount { get; init; }

    public decimal? Tax { get; init; }

    public decimal? Shipping { get; init; }

    public decimal? Refunded { get; init; }

    public BuyerJson? Buyer { get; init; }

    /// <summary>Stands for the address where labels may be made of it (R29).</summary>
    public string? AddressHandle { get; init; }

    public ImmutableArray<OrderFlag> Flags { get; init; }

    public ImmutableArray<Parcel> Parcels { get; init; }

    public ImmutableArray<string> MergedWith { get; init; }

    public ImmutableArray<Waybill> Tracking { get; init; }

    public static OrderJson Of(OrderView order) =>
        new(order.Id, NameOf(order.Status), order.Version, order.UpdatedSeq, order.Currency, order.CreatedAt)
        {
            PaidAt = order.PaidAt,
            ShippedAt = order.ShippedAt,
            DeliveredAt = order.DeliveredAt,
            CancelledAt = order.CancelledAt,
            CancelReason = order.CancelReason,
            ReturnedAt = order.ReturnedAt,
            ReturnReasonCode = order.ReturnReasonCode,
            EstimatedDelivery = order.EstimatedDelivery,
            Items = order.Items,
            Payments = order.Payments,
            Total = order.Total,
            Discount = order.Discount,
            Tax = order.Tax,
            Shipping = order.Shipping,
            Refunded = order.Refunded,
            Buyer = BuyerJson.Of(order.Buyer),
            Flags = order.Flags,
            Parcels = order.Parcels,
            MergedWith = order.MergedWith,
            Tracking = order.Tracking,
        };

    /// <param name="order">The order.</param>
    /// <param name="labels">
    /// The installation if it may make labels: the order then gets its handle if it has an address; null otherwise.
    /// </param>
    public static OrderJson Of(OrderView order, InstallationId? labels) =>
        labels is { } installation && AddressHandles.HasAddress(order.Buyer?.Sealed ?? PrivateFields.None)
            ? Of(order) with
            {
                AddressHandle = AddressHandles.Of(installation, order.Id),
            }
            : Of(order);

    /// <summary>
    /// Keeps only the newest items of unbounded lists. The answer to a write is stored with its idempotency key, so its size must be
    /// bounded.
    /// </summary>
    public OrderJson Bounded() => this with { Flags = Newest(Flags), MergedWith = Newest(MergedWith), Tracking = Newest(Tracking) };

    private static ImmutableArray<T> Newest<T>(ImmutableArray<T> all) => all.Length <= MaxListed ? all : all[^MaxListed..];

    public static string NameOf(OrderStatus status) =>
        status switch
        {
            OrderStatus.Created => "created",
            OrderStatus.Paid => "paid",
            OrderStatus.Shipped => "shipped",
            OrderStatus.Delivered => "delivered",
            _ => "cancelled",
        };
}

internal sealed record TrackJson(
    string TrackingId,
    string OrderId,
    string? Carrier,
    string? Status,
    string? State,
    ImmutableArray<TrackPoint> Points
)
{
    public static TrackJson Of(TrackView track) =>
        new(
            track.Id,
            track.OrderId,
            track.Carrier,
            track.Points.IsEmpty ? null : track.Points[^1].Status,
            track.Points.IsEmpty ? null : track.Points[^1].State,
            track.Points
        );
}

internal sealed record ProductJson(
    string ProductId,
    long Version,
    long UpdatedSeq,
    string? Title,
    string? Category,
    decimal? Price,
    string? Currency,
    int? WeightG,
    IReadOnlyDictionary<string, string> Attributes
)
{
    public static ProductJson Of(ProductView product) =>
        new(
            product.Id,
            product.Version,
            product.UpdatedSeq,
            product.Title,
            product.Category,
            product.Price,
            product.Currency,
            product.WeightG,
            product.Attributes
        );
}

/// <summary>A page of orders.</summary>
/// <param name="Orders">By creation; with <c>updated_after_seq</c> by last change.</param>
/// <param name="NextCursor">Where the next page begins; left out on the last.</param>
/// <param name="HasMore">Whether there is a next page.</param>
/// <param name="CompleteToSeq">
/// From here a later poll goes on: with <c>updated_after_seq</c> everything that last changed up to it is on this page or an earlier one;
/// by creation that is so once the last page is read.
/// </param>
/// <param name="Head">The last sequence in the seller's feed when the page was made.</param>
internal sealed record OrderPage(IReadOnlyList<OrderJson> Orders, string? NextCursor, bool HasMore, long CompleteToSeq, long Head);

/// <summary>A page of products; as <see cref="OrderPage"/>.</summary>
internal sealed record ProductPage(IReadOnlyList<ProductJson> Products, string? NextCursor, bool HasMore, long CompleteToSeq, long Head);

internal sealed record WriteAnswer(string? OrderId, string? ProductId, string EventId, long Seq, OrderJson? Order, ProductJson? Product)
{
    public static WriteAnswer Of(WriteReceipt receipt, InstallationId? labels) =>
        new(
            receipt.Order?.Id,
            receipt.Product?.Id,
            receipt.EventId,
            receipt.Seq,
            receipt.Order is { } order ? OrderJson.Of(order, labels).Bounded() : null,
            receipt.Product is { } product ? ProductJson.Of(product) : null
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(OrderJson))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(TrackJson))]
[JsonSerializable(typeof(WriteAnswer))]
[JsonSerializable(typeof(LabelAnswer))]
[JsonSerializable(typeof(RatesAnswer))]
internal sealed partial class PluginJson : JsonSerializerContext;
