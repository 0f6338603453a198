using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Orders;

/// <summary>A seller's own orders: search, one of them with its deliveries, and counts (R53, R59, R66).</summary>
internal static class OrderEndpoints
{
    private const int MaxOwed = 1_000;
    private const int DefaultDays = 30;
    private const int MaxDays = 366;

    public static void MapSellerOrders(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group
            .MapGet("orders", Search)
            .Takes("seller", "q", "limit", "cursor")
            .WithSummary("The seller's orders, newest first, or those of which the id contains a text.");
        group
            .MapGet("orders/statistics", CountByDay)
            .Takes("seller", "days")
            .WithSummary("How many orders were created on each of the last days.");
        group.MapGet("orders/{id}", Get).Takes("seller").WithSummary("One order, and what became of it at each enabled plugin.");
        group
            .MapGet("installations/{seller}/{plugin}/sync/window-preview", PreviewWindow)
            .Takes("hours")
            .WithSummary("How many orders a sync window would show the plugin; changes nothing.");
    }

    private static async Task<IResult> Search(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var query = new PositionQuery(context.Request);
        var (limit, before, text) = query.Result((query.Limit, query.Cursor ?? long.MaxValue, query.Text("q"))).OrProblem();
        var page = await grains.GetFeed(seller).SearchOrders(text, before, limit, context.RequestAborted);
        return TypedResults.Json(
            new SellerOrderList(
                [.. page.Items.Select(SellerOrderView.Of)],
                page.Next is { } next ? TrailEndpoints.IdOf(next) : null,
                page.Next is not null
            ),
            SellerOrderJson.Readable.SellerOrderList
        );
    }

    private static async Task<IResult> Get(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var seller = SellerRequest.Seller(context);
        var id = (string)context.Request.RouteValues["id"]!;
        var order = (await grains.GetFeed(seller).GetOrder(id, null, context.RequestAborted)).OrProblem();
        var events = await grains.GetFeed(seller).ReadOrderEvents(id, context.RequestAborted);
        var enabled = await Enabled(context, grains, seller);
        var deliveries = await Task.WhenAll(enabled.Select(async plugin => OrderDeliveryView.Of(plugin, await Judge(plugin.Id))));
        return TypedResults.Json(SellerOrderDetail.Of(order, deliveries), SellerOrderJson.Readable.SellerOrderDetail);

        async Task<OrderDelivery> Judge(InstallationId installation)
        {
            var delivery = grains.GetDelivery(installation);
            var owed = await delivery.Consume(0, MaxOwed, id, context.RequestAborted);
            var trace = await delivery.Trace([.. events.Select(@event => @event.Seq)], context.RequestAborted);
            var log = trace.Rows.SelectMany(row => EntriesOf(installation, row)).ToArray();
            return OrderDelivery.Of(events, owed.Value?.Events.Select(@event => @event.Seq).ToArray(), log, time.GetUtcNow());
        }
    }

    private static async Task<IResult> CountByDay(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var seller = SellerRequest.Seller(context);
        var query = new PositionQuery(context.Request);
        var days = query.Result(query.Number("days", ProblemKinds.ParameterInvalid) ?? DefaultDays).OrProblem();
        if (days is < 1 or > MaxDays)
        {
            throw new RequestProblemException(ProblemKinds.ParameterInvalid, $"days must be a whole number from 1 to {MaxDays}.");
        }

        var today = MarketCalendar.Shanghai.DayOf(time.GetUtcNow());
        var counts = await grains.GetFeed(seller).CountOrders(today.AddDays(1 - (int)days), today, context.RequestAborted);
        return TypedResults.Json(
            new OrderStatisticsView(
                [.. counts.Select(count => new OrderDayView(count.Day, count.Orders))],
                counts.Sum(count => (long)count.Orders)
            ),
            SellerOrderJson.Readable.OrderStatisticsView
        );
    }

    private static async Task<IResult> PreviewWindow(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var (id, _) = await SyncEndpoints.Find(context, grains);
        var query = new PositionQuery(context.Request);
        var hours = query.Result(query.Number("hours", ProblemKinds.ParameterInvalid)).OrProblem();
        if (hours is < 1 or > Installation.MaxSyncWindowHours)
        {
            throw new RequestProblemException(
                ProblemKinds.ParameterInvalid,
                $"hours must be a whole number from 1 to {Installation.MaxSyncWindowHours}; without it all orders are inside."
            );
        }

        DateTimeOffset? from = hours is { } window ? time.GetUtcNow() - TimeSpan.FromHours(window) : null;
        var counts = await grains.GetFeed(id.Seller).CountWindow(from, context.RequestAborted);
        return TypedResults.Json(
            new WindowPreviewView(id.ToString(), (int?)hours, counts.Inside, counts.Outside, counts.OldestInside),
            SellerOrderJson.Readable.WindowPreviewView
        );
    }

    private static async Task<IReadOnlyList<InstallationAnswer>> Enabled(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(context.RequestAborted);
        var seen = await SubAccountGate.Among(context, grains, seller, plugins);
        var answers = await Task.WhenAll(
            seen.Select(plugin =>
                grains.GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin))).Get(context.RequestAborted)
            )
        );
        return [.. answers.OfType<InstallationAnswer>().Where(answer => answer.State.Disabling is null)];
    }

    private static IReadOnlyList<DeliveryEntry> EntriesOf(InstallationId installation, DeliveryRowView row) =>
        new DeliveryRow(installation, row.No, row.At, row.FirstSeq, row.LastSeq, row.Body, row.Hash).Entries;
}
