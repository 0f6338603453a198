using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.PluginApi.Live;

namespace Marketplace.Api.PluginApi;

/// <summary>Assigns handlers to the built-in operations.</summary>
public static class OpenOperations
{
    public static ImmutableArray<(Operation Operation, CallHandler Handler)> All { get; } =
    [
        (Operations.OrdersList, ReadHandlers.ListOrders),
        (Operations.OrdersGet, ReadHandlers.GetOrder),
        (Operations.OrdersFlag, WriteHandlers.Flag),
        (Operations.OrdersSplit, WriteHandlers.Split),
        (Operations.OrdersMerge, WriteHandlers.Merge),
        (Operations.OrdersUnmerge, WriteHandlers.Unmerge),
        (Operations.OrdersTrack, WriteHandlers.Track),
        (Operations.TrackingGet, ReadHandlers.GetTracking),
        (Operations.LabelsCreate, LabelHandlers.Create),
        (Operations.RatesList, LabelHandlers.ListRates),
        (Operations.ProductsList, ReadHandlers.ListProducts),
        (Operations.ProductsPatch, WriteHandlers.Patch),
        (Operations.EventsList, EventHandlers.List),
        (Operations.EventsConfirm, EventHandlers.Confirm),
    ];

    /// <summary>Maps all of them to the call path.</summary>
    public static IEndpointRouteBuilder MapOpenOperations(this IEndpointRouteBuilder endpoints)
    {
        foreach (var (operation, handler) in All)
        {
            endpoints.MapCall(operation, handler);
        }

        endpoints.MapLive(Operations.EventsLive);
        return endpoints;
    }
}
