using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Events;

/// <summary>The feed's own JSON: snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EventContent.OrderCreated))]
[JsonSerializable(typeof(EventContent.OrderStep))]
[JsonSerializable(typeof(EventContent.OrderCancelled))]
[JsonSerializable(typeof(EventContent.OrderReturned))]
[JsonSerializable(typeof(EventContent.OrderUncancelled))]
[JsonSerializable(typeof(EventContent.OrderLinesCancelled))]
[JsonSerializable(typeof(EventContent.OrderRefunded))]
[JsonSerializable(typeof(EventContent.TrackUpdated))]
[JsonSerializable(typeof(EventContent.ProductUpdated))]
[JsonSerializable(typeof(EventContent.OrderFlagged))]
[JsonSerializable(typeof(EventContent.OrderSplit))]
[JsonSerializable(typeof(EventContent.OrderMerged))]
[JsonSerializable(typeof(EventContent.OrderUnmerged))]
[JsonSerializable(typeof(EventContent.OrderTracked))]
[JsonSerializable(typeof(EventContent.ProductPatched))]
internal sealed partial class EventJson : JsonSerializerContext;

/// <summary>Encodes and decodes event contents for the feed.</summary>
public static class EventContents
{
    private static readonly Dictionary<string, JsonTypeInfo> Types = new(StringComparer.Ordinal)
    {
        [EventTypes.OrderCreated] = EventJson.Default.OrderCreated,
        [EventTypes.OrderPaid] = EventJson.Default.OrderStep,
        [EventTypes.OrderShipped] = EventJson.Default.OrderStep,
        [EventTypes.OrderDelivered] = EventJson.Default.OrderStep,
        [EventTypes.OrderCancelled] = EventJson.Default.OrderCancelled,
        [EventTypes.OrderReturned] = EventJson.Default.OrderReturned,
        [EventTypes.OrderUncancelled] = EventJson.Default.OrderUncancelled,
        [EventTypes.OrderLinesCancelled] = EventJson.Default.OrderLinesCancelled,
        [EventTypes.OrderRefunded] = EventJson.Default.OrderRefunded,
        [EventTypes.TrackUpdated] = EventJson.Default.TrackUpdated,
        [EventTypes.ProductUpdated] = EventJson.Default.ProductUpdated,
        [EventTypes.OrderFlagged] = EventJson.Default.OrderFlagged,
        [EventTypes.OrderSplit] = EventJson.Default.OrderSplit,
        [EventTypes.OrderMerged] = EventJson.Default.OrderMerged,
        [EventTypes.OrderUnmerged] = EventJson.Default.OrderUnmerged,
        [EventTypes.OrderTracked] = EventJson.Default.OrderTracked,
        [EventTypes.ProductPatched] = EventJson.Default.ProductPatched,
    };

    /// <summary>The order of an event, including a waybill's tracking points; null for products.</summary>
    public static string? OrderOf(FeedEvent @event) =>
        EventScopes.Of(@event.Type) switch
        {
            _ when @event.Source == Lifecycle.LifecycleEvent.Source => null,
            EventScopes.Orders => @event.Subject,
            EventScopes.Logistics => OrderOf(@event, Decode(@event.Type, @event.Data)),
            _ => null,
        };

    internal static string? OrderOf(FeedEvent @event, EventContent? content) =>
        content switch
        {
            EventContent.TrackUpdated point => point.OrderId,
            EventContent.ProductUpdated or EventContent.ProductPatched or null => null,
            _ => @event.Subject,
        };

    public static ReadOnlyMemory<byte> Encode(EventContent content) =>
        JsonSerializer.SerializeToUtf8Bytes(content, EventJson.Default.GetTypeInfo(content.GetType())!);

    /// <returns>Null if the type is unknown or the bytes are not its data: a newer release wrote it, and the fold skips it.</returns>
    public static EventContent? Decode(string type, ReadOnlyMemory<byte> data)
    {
        if (!Types.TryGetValue(type, out var json))
        {
            return null;
        }

        try
        {
            return (EventContent?)JsonSerializer.Deserialize(data.Span, json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
