using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;
using Marketplace.Sync;

namespace Marketplace.Api.Sync;

/// <summary>
/// Answers the calls that read a seller's orders, waybills and products. They ask a grain's memory, which takes microseconds: watching
/// for the caller's going away would cost more than it could save.
/// </summary>
internal static class ReadHandlers
{
    // Grains in this process hand out the same view of an order until it changes; its text is made once.
    private static readonly ConditionalWeakTable<OrderView, byte[]> Rendered = [];

    public static async ValueTask<CallAnswer> ListOrders(HttpContext context, Call call)
    {
        var query = new ListQuery(context.Request, Cursors.Orders);
        var (filter, after, limit) = (query.Filter, query.After, query.Limit);
        if (query.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        var page = await call.Feed().ListOrders(filter, after, limit, call.VisibleFrom(), CancellationToken.None);
        return Ok(new OrderPage([.. page.Items.Select(OrderJson.Of)], query.Cursor(page.Next), page.Next is not null), PluginJson.Default.OrderPage);
    }

    public static async ValueTask<CallAnswer> GetOrder(HttpContext context, Call call)
    {
        var order = await call.Feed().GetOrder(context.RouteId(), call.VisibleFrom(), CancellationToken.None);
        return order.Refusal is { } refusal
            ? CallAnswer.Refused(refusal)
            : CallAnswer.Stored(StatusCodes.Status200OK, Rendered.GetValue(order.Value!, Render), CallAnswer.JsonContentType);
    }

    public static async ValueTask<CallAnswer> GetTracking(HttpContext context, Call call)
    {
        var track = await call.Feed().GetTracking(context.RouteId(), call.VisibleFrom(), CancellationToken.None);
        return track.Refusal is { } refusal ? CallAnswer.Refused(refusal) : Ok(TrackJson.Of(track.Value!), PluginJson.Default.TrackJson);
    }

    public static async ValueTask<CallAnswer> ListProducts(HttpContext context, Call call)
    {
        var query = new ListQuery(context.Request, Cursors.Products);
        var (after, limit) = (query.After, query.Limit);
        if (query.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        var page = await call.Feed().ListProducts(after, limit, CancellationToken.None);
        return Ok(new ProductPage([.. page.Items.Select(ProductJson.Of)], query.Cursor(page.Next), page.Next is not null), PluginJson.Default.ProductPage);
    }

    private static byte[] Render(OrderView order) => JsonSerializer.SerializeToUtf8Bytes(OrderJson.Of(order), PluginJson.Default.OrderJson);

    private static CallAnswer Ok<T>(T value, JsonTypeInfo<T> type) => CallAnswer.Json(StatusCodes.Status200OK, value, type);
}

/// <summary>Answers the calls that write into a seller's feed.</summary>
internal static class WriteHandlers
{
    private const int MaxBodyBytes = 65_536;

    public static ValueTask<CallAnswer> Flag(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Flag);

    public static ValueTask<CallAnswer> Split(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Split);

    public static ValueTask<CallAnswer> Merge(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Merge);

    public static ValueTask<CallAnswer> Track(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Track);

    public static ValueTask<CallAnswer> Patch(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Patch);

    private static async ValueTask<CallAnswer> Write(HttpContext context, Call call, Func<string, JsonElement, Outcome<PluginWrite>> parse)
    {
        var input = RequestBody.NotJson(context.Request) is { } other ? other : Read(context.RouteId(), call.Body, parse);
        if (input.Refusal is { } wrong)
        {
            return CallAnswer.Refused(wrong);
        }

        // Once begun it is not abandoned with the request: what is written must be settled.
        var command = new WriteCommand(call.Installation, call.EventId, call.VisibleFrom(), input.Value!);
        var receipt = await call.Feed().Write(command, CancellationToken.None);
        return receipt.Refusal is { } refusal
            ? CallAnswer.Refused(refusal)
            : CallAnswer.Json(StatusCodes.Status200OK, WriteAnswer.Of(receipt.Value!), PluginJson.Default.WriteAnswer);
    }

    private static Outcome<PluginWrite> Read(string id, ReadOnlyMemory<byte> body, Func<string, JsonElement, Outcome<PluginWrite>> parse)
    {
        if (body.Length > MaxBodyBytes)
        {
            return ProblemWriter.Plain(ProblemKinds.BodyTooLarge, $"The body is longer than {MaxBodyBytes} bytes.");
        }

        using var document = JsonInput.Open(body, EventLimits.MaxDepth);
        return document is null
            ? ProblemWriter.Plain(ProblemKinds.BodyInvalid, $"The body must be JSON without a member twice, at most {EventLimits.MaxDepth} levels deep.")
            : parse(id, document.RootElement);
    }
}

/// <summary>What the handlers take from a call.</summary>
internal static class SyncCalls
{
    public static IFeedGrain Feed(this Call call) => call.Grains.GetFeed(call.Installation.Seller);

    public static IDeliveryGrain Delivery(this Call call) => call.Grains.GetDelivery(call.Installation);

    public static string RouteId(this HttpContext context) => context.Request.RouteValues["id"] as string ?? string.Empty;

    /// <summary>The sync window's bound on when an order was created (R59); null for all.</summary>
    public static DateTimeOffset? VisibleFrom(this Call call) => call.SyncWindow is { } window ? call.At - window : null;
}
