using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.PluginApi;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Orders;

namespace Marketplace.Api.SellerApi.Orders;

internal sealed record SellerOrderList(IReadOnlyList<SellerOrderView> Orders, string? NextCursor, bool HasMore);

/// <summary>An order in a list: of its buyer only where it goes.</summary>
internal sealed record SellerOrderView(
    string OrderId,
    string Status,
    long Version,
    long UpdatedSeq,
    string Currency,
    decimal Total,
    int Items,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt,
    DateTimeOffset? ShippedAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? CancelledAt,
    string? Region,
    string? Country
)
{
    public static SellerOrderView Of(OrderView order) =>
        new(
            order.Id,
            OrderJson.NameOf(order.Status),
            order.Version,
            order.UpdatedSeq,
            order.Currency,
            order.Total,
            order.Items.Length,
            order.CreatedAt,
            order.PaidAt,
            order.ShippedAt,
            order.DeliveredAt,
            order.CancelledAt,
            order.Buyer?.Region,
            order.Buyer?.Country
        );
}

/// <summary>One order as plugins see it, and what became of it at each of them.</summary>
internal sealed record SellerOrderDetail(OrderJson Order, IReadOnlyList<OrderDeliveryView> Deliveries)
{
    public static SellerOrderDetail Of(OrderView order, IReadOnlyList<OrderDeliveryView> deliveries) =>
        new(OrderJson.Of(order), deliveries);
}

internal sealed record OrderDeliveryView(
    string Installation,
    string Plugin,
    TextView PluginName,
    string State,
    int Owed,
    int Delivered,
    bool Late,
    DateTimeOffset? LastDeliveredAt
)
{
    public static OrderDeliveryView Of(InstallationAnswer plugin, OrderDelivery delivery) =>
        new(
            plugin.Id.ToString(),
            plugin.Id.Plugin.Value,
            InstallationView.NameOf(plugin),
            NameOf(delivery.State),
            delivery.Owed,
            delivery.Delivered,
            delivery.IsLate,
            delivery.LastDeliveredAt
        );

    private static string NameOf(OrderDeliveryState state) =>
        state switch
        {
            OrderDeliveryState.NotOwed => "not-owed",
            OrderDeliveryState.Stopped => "stopped",
            OrderDeliveryState.Waiting => "waiting",
            OrderDeliveryState.DeadLetter => "dead-letter",
            _ => "delivered",
        };
}

internal sealed record OrderStatisticsView(ImmutableArray<OrderDayView> Days, long Total);

internal sealed record OrderDayView(DateOnly Day, int Orders);

internal sealed record WindowPreviewView(string Installation, int? Hours, int OrdersInside, int OrdersOutside, DateTimeOffset? Oldest);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SellerOrderList))]
[JsonSerializable(typeof(SellerOrderDetail))]
[JsonSerializable(typeof(OrderStatisticsView))]
[JsonSerializable(typeof(WindowPreviewView))]
internal sealed partial class SellerOrderJson : JsonSerializerContext
{
    public static SellerOrderJson Readable => field ??= new(Default.Options.Readable());
}
