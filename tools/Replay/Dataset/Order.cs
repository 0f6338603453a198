namespace Marketplace.Replay.Dataset;

/// <summary>One order of one seller, with the instants of its steps. Amounts are in <see cref="Currency"/>.</summary>
internal sealed record Order(
    string Seller,
    string Id,
    string Currency,
    OrderTimes Times,
    string? CancelReason,
    IReadOnlyList<OrderItem> Items,
    IReadOnlyList<Payment> Payments,
    Buyer Buyer,
    Waybill? Waybill
)
{
    /// <summary>The amount the buyer owes this seller: quantity × unit price + freight, over the items.</summary>
    public decimal Total => Items.Sum(item => (item.Quantity * item.UnitPrice) + item.Freight);

    /// <summary>The most advanced step, whatever the order in which steps were reported.</summary>
    public string Status =>
        this switch
        {
            { Times.Cancelled: not null } => "cancelled",
            { Times.Delivered: not null } => "delivered",
            { Times.Shipped: not null } => "shipped",
            { Times.Paid: not null } => "paid",
            _ => "created",
        };
}

/// <summary>The instants of an order; null for steps that did not happen.</summary>
internal sealed record OrderTimes(
    DateTimeOffset Created,
    DateTimeOffset? Paid = null,
    DateTimeOffset? Shipped = null,
    DateTimeOffset? Delivered = null,
    DateTimeOffset? Cancelled = null,
    DateTimeOffset? EstimatedDelivery = null
);

internal sealed record OrderItem(int Line, string ProductId, int Quantity, decimal UnitPrice, decimal Freight);

internal sealed record Payment(string Type, decimal Amount);

/// <summary>Everything except <see cref="Region"/> and <see cref="Country"/> is private and must never reach a plugin (R23).</summary>
internal sealed record Buyer(
    string? Region,
    string? Country,
    string? CustomerId = null,
    string? UniqueId = null,
    string? Name = null,
    string? Phone = null,
    string? Email = null,
    string? IdentityNumber = null,
    string? Street = null,
    string? City = null,
    string? Postcode = null
);

internal sealed record Waybill(string TrackingId, string Carrier, IReadOnlyList<TrackPoint> Points);

internal sealed record TrackPoint(DateTimeOffset At, string Status, string Location);

/// <summary>A product offered by one seller, first seen at <see cref="UpdatedAt"/>.</summary>
internal sealed record Product(
    string Id,
    string Title,
    string Category,
    decimal Price,
    string Currency,
    int? WeightGrams,
    IReadOnlyList<KeyValuePair<string, string>> Attributes,
    DateTimeOffset UpdatedAt
);
