namespace OrderTagger;

/// <summary>What this plugin reads of an event.</summary>
internal sealed record MarketplaceEvent(string Id, string Type, string Subject, string Installation);

/// <summary>What this plugin reads of an order; nothing of its buyer but where the parcel roughly goes.</summary>
internal sealed record Order(string OrderId, string Status, DateTimeOffset CreatedAt, decimal Total)
{
    public IReadOnlyList<OrderItem> Items { get; init; } = [];

    public OrderBuyer? Buyer { get; init; }

    public IReadOnlyList<OrderFlag> Flags { get; init; } = [];

    public IReadOnlyList<Parcel> Parcels { get; init; } = [];

    public IReadOnlyList<string> MergedWith { get; init; } = [];

    public bool IsOpen => Status is "created" or "paid";

    public long Units => Items.Sum(item => (long)item.ToShip);
}

internal sealed record OrderItem(int Line, int Quantity, int CancelledQuantity)
{
    public int ToShip => Math.Max(0, Quantity - CancelledQuantity);
}

internal sealed record OrderBuyer(string? Region, string? Country, string? PostcodePrefix);

internal sealed record OrderFlag(string Kind, string? Note);

internal sealed record Parcel(IReadOnlyList<ParcelItem> Items);

internal sealed record ParcelItem(int Line, int Quantity);

internal sealed record OrderPage(IReadOnlyList<Order> Orders, string? NextCursor);
