using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.PlatformApi;
using Marketplace.Enforcement;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.CatalogueApi;

/// <summary>The public notices of what was done against developers and plugins (R24).</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/catalogue/v1/notices", List)
            .Takes("notice", "plugin", "limit", "cursor")
            .AllowAnonymous()
            .WithTags("Catalogue")
            .WithSummary("The public notices, newest first.");

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        var (notice, plugin, before, limit) = (query.Text("notice"), query.Text("plugin"), query.Cursor ?? int.MaxValue, query.Limit);
        limit = query.Result(limit).OrProblem();
        var actions = await EnforcementEndpoints.Grain(grains).List(context.RequestAborted);
        EnforcementAction[] page =
        [
            .. actions
                .Reverse()
                .Where(action =>
                    action.Notice is not null
                    && action.Number < before
                    && (notice is null || action.Notice == notice)
                    && (plugin is null || action.Grounds.Plugins.Any(one => one.Value == plugin))
                )
                .Take(limit + 1),
        ];
        var next = EnforcementEndpoints.CursorOf(page.Length > limit ? page[limit - 1].Number : null);
        return TypedResults.Json(
            new NoticeListView([.. page.Take(limit).Select(NoticeView.Of)], next, next is not null),
            EnforcementApiJson.Readable.NoticeListView
        );
    }
}
