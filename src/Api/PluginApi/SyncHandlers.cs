using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Privacy;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Orders;
using Marketplace.Privacy;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Api.PluginApi;

/// <summary>
/// Handles the calls that read a seller's orders, waybills and products. They read a grain's memory within microseconds: watching for
/// disconnects would cost more than it saves.
/// </summary>
internal static class ReadHandlers
{
    // Grains in this process return the same view of an order until it changes; serialize it once.
    private static readonly ConditionalWeakTable<OrderView, byte[]> Rendered = [];

    // Everything is rendered in the newest version; for plugins that pin an older one, later additions are removed (R64).
    private static readonly PayloadConversion OneOrder = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Order);
    private static readonly PayloadConversion Orders = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Order, "orders[]");
    private static readonly PayloadConversion Track = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Tracking);
    private static readonly PayloadConversion Products = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Product, "products[]");

    public static async ValueTask<CallAnswer> ListOrders(HttpContext context, Call call)
    {
        var pages = new ListPages(context.Request, call, Cursors.Orders, Cursors.ChangedOrders);
        var filter = pages.Query.Filter;
        if (pages.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        var page = pages.After is { } changed
            ? await call.Feed().ListChangedOrders(filter, changed, pages.Limit, call.VisibleFrom(), CancellationToken.None)
            : await call.Feed().ListOrders(filter, pages.Position, pages.Limit, call.VisibleFrom(), CancellationToken.None);
        if (pages.Ahead(page.Head) is { } ahead)
        {
            return CallAnswer.Refused(ahead);
        }

        var answer = new OrderPage(
            [.. page.Items.Select(order => View(order, call))],
            pages.Next(page),
            page.Next is not null,
            pages.CompleteToSeq(page),
            page.Head
        );
        return Ok(call, Orders, answer, PluginJson.Default.OrderPage);
    }

    public static async ValueTask<CallAnswer> GetOrder(HttpContext context, Call call)
    {
        var order = await call.Orders.GetOrder(call.Installation.Seller, context.RouteId(), call.VisibleFrom(), CancellationToken.None);
        if (order.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        return call.CanMakeLabels
            ? Ok(call, OneOrder, View(order.Value!, call), PluginJson.Default.OrderJson)
            : Ok(call, OneOrder, Rendered.GetValue(order.Value!, Render));
    }

    public static async ValueTask<CallAnswer> GetTracking(HttpContext context, Call call)
    {
        var track = await call.Feed().GetTracking(context.RouteId(), call.VisibleFrom(), CancellationToken.None);
        return track.Refusal is { } refusal
            ? CallAnswer.Refused(refusal)
            : Ok(call, Track, TrackJson.Of(track.Value!), PluginJson.Default.TrackJson);
    }

    public static async ValueTask<CallAnswer> ListProducts(HttpContext context, Call call)
    {
        var pages = new ListPages(context.Request, call, Cursors.Products, Cursors.ChangedProducts);
        if (pages.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        var page = pages.After is { } changed
            ? await call.Feed().ListChangedProducts(changed, pages.Limit, CancellationToken.None)
            : await call.Feed().ListProducts(pages.Position, pages.Limit, CancellationToken.None);
        if (pages.Ahead(page.Head) is { } ahead)
        {
            return CallAnswer.Refused(ahead);
        }

        var answer = new ProductPage(
            [.. page.Items.Select(ProductJson.Of)],
            pages.Next(page),
            page.Next is not null,
            pages.CompleteToSeq(page),
            page.Head
        );
        return Ok(call, Products, answer, PluginJson.Default.ProductPage);
    }

    // The handle belongs to one installation, so such an answer cannot be shared.
    private static OrderJson View(OrderView order, Call call) => OrderJson.Of(order, call.CanMakeLabels ? call.Installation : null);

    private static byte[] Render(OrderView order) => JsonSerializer.SerializeToUtf8Bytes(OrderJson.Of(order), PluginJson.Default.OrderJson);

    private static CallAnswer Ok<T>(Call call, PayloadConversion conversion, T newest, JsonTypeInfo<T> type) =>
        Ok(call, conversion, JsonSerializer.SerializeToUtf8Bytes(newest, type));

    private static CallAnswer Ok(Call call, PayloadConversion conversion, byte[] newest) =>
        CallAnswer.Stored(StatusCodes.Status200OK, conversion.Down(newest, call.Schema), JsonMediaTypes.Utf8);
}

/// <summary>Handles the calls that write to a seller's feed.</summary>
internal static class WriteHandlers
{
    private const int MaxBodyBytes = 65_536;

    private static readonly ReadOnlyMemory<byte> Nothing = "{}"u8.ToArray();

    private static readonly PayloadConversion Order = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Order, "order");
    private static readonly PayloadConversion Product = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Product, "product");

    public static ValueTask<CallAnswer> Flag(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Flag);

    public static ValueTask<CallAnswer> Split(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Split);

    public static ValueTask<CallAnswer> Merge(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Merge);

    public static ValueTask<CallAnswer> Unmerge(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Unmerge);

    public static ValueTask<CallAnswer> Track(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Track);

    public static ValueTask<CallAnswer> Patch(HttpContext context, Call call) => Write(context, call, PluginWriteParser.Patch);

    private static async ValueTask<CallAnswer> Write(HttpContext context, Call call, Func<string, JsonElement, Outcome<PluginWrite>> parse)
    {
        var id = context.RouteId();
        var input = Read(context, call, body => parse(id, body));
        if (input.Refusal is { } wrong)
        {
            return CallAnswer.Refused(wrong);
        }

        if (await BuyersWord(context, call, input.Value!) is { } found)
        {
            await context.RequestServices.GetRequiredService<PrivacyFindingService>().Refused(call, found);
            return CallAnswer.Refused(found);
        }

        // Ignore client disconnects: a started write must be settled.
        var command = new WriteCommand(call.Installation, call.EventId, call.VisibleFrom(), input.Value!);
        var receipt = await call.Feed().Write(command, CancellationToken.None);
        if (receipt.Refusal is { } refusal)
        {
            await context.RequestServices.GetRequiredService<PrivacyFindingService>().Refused(call, refusal);
            return CallAnswer.Refused(refusal);
        }

        var answer = WriteAnswer.Of(receipt.Value!, call.CanMakeLabels ? call.Installation : null);
        return Written(call, JsonSerializer.SerializeToUtf8Bytes(answer, PluginJson.Default.WriteAnswer));
    }

    /// <summary>Refuses a free text that names the order's own buyer, which patterns cannot detect (R23).</summary>
    private static async ValueTask<Refusal?> BuyersWord(HttpContext context, Call call, PluginWrite write)
    {
        if (FreeTextOf(write) is not (var order, var member, { } text))
        {
            return null;
        }

        var words = await context
            .RequestServices.GetRequiredService<BuyerDictionary>()
            .WordsOf(call.Installation.Seller, order, CancellationToken.None);
        return PrivateDataScan.Find(text, words) is { } kind ? SyncRefusals.PrivateInput(member, kind) : null;
    }

    private static (string Order, string Member, string? Text) FreeTextOf(PluginWrite write) =>
        write switch
        {
            PluginWrite.FlagOrder flag => (flag.OrderId, "note", flag.Note),
            PluginWrite.TrackOrder track => (track.OrderId, "carrier", track.Carrier),
            _ => default,
        };

    private static CallAnswer Written(Call call, byte[] newest) =>
        CallAnswer.Stored(StatusCodes.Status200OK, Product.Down(Order.Down(newest, call.Schema), call.Schema), JsonMediaTypes.Utf8);

    /// <summary>Parses the body of a write.</summary>
    public static Outcome<T> Read<T>(HttpContext context, Call call, Func<JsonElement, Outcome<T>> parse)
    {
        if (RequestBody.NotJson(context.Request) is { } other)
        {
            return other;
        }

        if (call.Body.Length > MaxBodyBytes)
        {
            return RequestBody.TooLong(MaxBodyBytes);
        }

        // A body with only optional members may be omitted.
        var body = call.Body.IsEmpty && call.Operation.Members.IsEmpty ? Nothing : call.Body;
        using var document = JsonInput.Open(body, EventLimits.MaxDepth);
        return document is null
            ? ProblemWriter.Plain(
                ProblemKinds.BodyInvalid,
                $"The body must be JSON without a member twice, at most {EventLimits.MaxDepth} levels deep."
            )
            : parse(document.RootElement);
    }
}

/// <summary>Helpers for handlers.</summary>
internal static class SyncCalls
{
    public static IFeedGrain Feed(this Call call) => call.Grains.GetFeed(call.Installation.Seller);

    public static IDeliveryGrain Delivery(this Call call) => call.Grains.GetDelivery(call.Installation);

    public static string RouteId(this HttpContext context) => context.Request.RouteValues["id"] as string ?? string.Empty;

    /// <summary>The sync window's bound on order creation (R59); null for all.</summary>
    public static DateTimeOffset? VisibleFrom(this Call call) => call.SyncWindow is { } window ? call.At - window : null;
}
