using System.Globalization;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Journal;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi;

/// <summary>A seller's trail and notifications (R74).</summary>
public static class TrailEndpoints
{
    private const int MaxTypes = 20;

    public static void MapTrail(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group
            .MapGet("audit", ReadTrail)
            .Takes("seller", "entity", "actor", "type", "from", "to", "limit", "cursor")
            .WithSummary("Who did what, when, from which address, before and after; newest first.");
        group
            .MapGet("notifications", ReadNotifications)
            .Takes("seller", "unread", "limit", "cursor")
            .WithSummary("What the seller was told; newest first.");
        group.MapPost("notifications/{id}/read", MarkRead).Takes("seller").WithSummary("Marks a notification as read.");
    }

    private static async Task<IResult> ReadTrail(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var query = new PositionQuery(context.Request);
        var (limit, before, filter) = query.Result((query.Limit, query.Cursor ?? long.MaxValue, Filter(query))).OrProblem();

        // One more than requested shows whether there is a next page.
        var entries = await grains.GetGrain<ITrailGrain>(GrainKeys.Of(seller)).Read(filter, before, limit + 1, context.RequestAborted);
        var page = entries.Take(limit).Select(TrailEntryView.Of).ToArray();
        var more = entries.Length > limit;
        return TypedResults.Json(new TrailView(page, more ? page[^1].Id : null, more), PlatformJson.Readable.TrailView);
    }

    private static async Task<IResult> ReadNotifications(HttpContext context, IGrainFactory grains)
    {
        var grain = Notifications(grains, SellerRequest.Seller(context));
        var query = new PositionQuery(context.Request);
        var (limit, before, unread) = query.Result((query.Limit, query.Cursor ?? long.MaxValue, query.Flag("unread"))).OrProblem();
        var read = await grain.Read(unread, before, limit + 1, context.RequestAborted);
        var page = read.Notifications.Take(limit).Select(NotificationView.Of).ToArray();
        var more = read.Notifications.Length > limit;
        return TypedResults.Json(
            new NotificationsView(read.Unread, page, more ? page[^1].Id : null, more),
            PlatformJson.Readable.NotificationsView
        );
    }

    private static async Task<IResult> MarkRead(HttpContext context, IGrainFactory grains)
    {
        var grain = Notifications(grains, SellerRequest.Seller(context));
        var notification = await grain.MarkRead(context.Request.RouteNumber(), context.RequestAborted)
            ?? throw new RequestProblemException(ProblemKinds.NotFound, "There is no such notification (any more).");
        return TypedResults.Json(NotificationView.Of(notification), PlatformJson.Readable.NotificationView);
    }

    private static TrailFilter Filter(PositionQuery query) =>
        new(query.Text("entity"), query.Text("actor"), query.Instant("from"), query.Instant("to"))
        {
            Types = query.Texts("type", MaxTypes),
        };

    private static INotificationsGrain Notifications(IGrainFactory grains, SellerId seller) =>
        grains.GetGrain<INotificationsGrain>(GrainKeys.Of(seller));

    internal static string IdOf(long position) => position.ToString(CultureInfo.InvariantCulture);
}
