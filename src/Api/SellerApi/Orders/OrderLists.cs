using CsvHelper;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PluginApi;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.SellerApi.Orders;

/// <summary>A seller's orders as a list: its export, and its comparison with the source and with a plugin's copy (R14).</summary>
internal static class OrderLists
{
    public const string Csv = "text/csv";

    /// <summary>Maximum bytes of a compared list.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    private const int PageSize = 1_000;

    /// <summary>
    /// Exports orders page by page: the response starts with the first page and is cut off if a later one is unavailable.
    /// </summary>
    public static async Task Export(HttpContext context, IGrainFactory grains)
    {
        var (seller, filter, ended) = (SellerRequest.Seller(context), Range(context.Request), context.RequestAborted);
        var pages = Pages(grains, seller, filter, ended).GetAsyncEnumerator(ended);
        await using var closing = pages;
        var more = await pages.MoveNextAsync();
        context.Response.ContentType = $"{Csv}; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"orders-{seller}.csv\"";
        try
        {
            for (var header = true; more; (header, more) = (false, await pages.MoveNextAsync()))
            {
                await context.Response.Body.WriteAsync(OrderCsv.Write(pages.Current, header), ended);
                await context.Response.Body.FlushAsync(ended);
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            // Without this the answer would end like a complete list.
            context.Abort();
        }
    }

    public static async Task<IResult> Compare(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var (id, state) = await SyncEndpoints.Find(context, grains);
        var filter = Range(context.Request);
        var listed = await Read(context);
        var orders = new List<SourceOrder>();
        await foreach (var page in Pages(grains, id.Seller, filter, context.RequestAborted))
        {
            orders.AddRange(
                page.Select(order => new SourceOrder(
                    order.Id,
                    order.Version,
                    OrderJson.NameOf(order.Status),
                    order.UpdatedSeq,
                    order.CreatedAt
                ))
            );
        }

        // Read after the orders: events acknowledged meanwhile must not count as missing.
        var comparison = new OrderComparison(listed, await ReadAcknowledged(grains, id, state, time.GetUtcNow(), context.RequestAborted));
        orders.ForEach(comparison.Compare);
        comparison.Finish();
        await Refine(grains, id.Seller, comparison, context.RequestAborted);
        return TypedResults.Json(ComparisonView.Of(id, filter.CreatedFrom, filter.CreatedTo, comparison), SyncJson.Readable.ComparisonView);
    }

    private static async Task<AcknowledgedEvents> ReadAcknowledged(
        IGrainFactory grains,
        InstallationId id,
        Installation state,
        DateTimeOffset now,
        CancellationToken ended
    )
    {
        var grain = grains.GetDelivery(id);
        var open = await grain.ListOpen(ended);
        var status = await grain.GetStatus(ended);
        var mayRead = status is not null && state.GrantsAt(now).Contains(EventScopes.Orders);
        return new AcknowledgedEvents(
            mayRead ? status!.SinceSeq : long.MaxValue,
            status?.Cursor ?? 0,
            state.SyncWindowHours is { } hours ? now - TimeSpan.FromHours(hours) : null,
            open.ToDictionary(one => one.Key, one => one.Seq, StringComparer.Ordinal)
        );
    }

    /// <summary>Finds the first event of orders that are not up to date, to tell whether the copy has them at all.</summary>
    private static async Task Refine(IGrainFactory grains, SellerId seller, OrderComparison comparison, CancellationToken ended)
    {
        for (var i = 0; i < comparison.Named.Count; i++)
        {
            if (
                comparison.Named[i] is { AtPlugin: CopyState.Outdated } order
                && await grains.GetFeed(seller).ReadOrderEvents(order.OrderId, ended) is { IsEmpty: false } events
            )
            {
                comparison.Refine(i, events[0].Seq);
            }
        }
    }

    private static async Task<IReadOnlyList<ListedOrder>> Read(HttpContext context)
    {
        var request = context.Request;
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new RequestProblemException(ProblemKinds.MediaTypeUnsupported, $"Send {Csv}.");
        }

        if (request.ContentLength > MaxBodyBytes)
        {
            throw new RequestProblemException(RequestBody.TooLong(MaxBodyBytes));
        }

        try
        {
            return await OrderCsv.Read(request.Body, context.RequestAborted);
        }
        catch (CsvFormatException)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body is not CSV that can be read.");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RequestProblemException(RequestBody.TooLong(MaxBodyBytes));
        }
    }

    private static OrderFilter Range(HttpRequest request)
    {
        var query = new QueryReader(request);
        return query.Result(new OrderFilter(null, query.Instant("from"), query.Instant("to"), null)).OrProblem();
    }

    private static async IAsyncEnumerable<IReadOnlyList<OrderView>> Pages(
        IGrainFactory grains,
        SellerId seller,
        OrderFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ended
    )
    {
        var after = 0L;
        while (true)
        {
            var page = await grains.GetFeed(seller).ListOrders(filter, after, PageSize, null, ended);
            yield return page.Items;
            if (page.Next is not { } next)
            {
                yield break;
            }

            after = next;
        }
    }
}
