using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Identity;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Live;

/// <summary>What happens to a seller, as server-sent events, for pages that are open.</summary>
internal static class SellerEventEndpoint
{
    public static void MapSellerEvents(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/seller/v1/events", Stream)
            .Takes("seller")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("What happens to the seller's installations, as server-sent events.")
            .Bounded(HeavyKind.SellerEvents);

    private static async Task Stream(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var after = LastId(context.Request);
        context.Response.ContentType = EventStream.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        // A buffering proxy would hold back every event.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (!HeadRequest.Is(context))
        {
            await new SellerEventStream(context, grains, seller).Run(after);
        }
    }

    private static long? LastId(HttpRequest request)
    {
        var sent = request.Headers["Last-Event-ID"].ToString();
        return sent.Length == 0 ? null
            : long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw new RequestProblemException("cursor-invalid", "Last-Event-ID is not the id of an event of this stream.");
    }
}
