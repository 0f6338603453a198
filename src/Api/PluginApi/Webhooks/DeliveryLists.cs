using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>A plugin's view of its deliveries' outcomes.</summary>
internal static class DeliveryLists
{
    private const char CursorKind = 'd';

    /// <summary>The page size counts rows of the log; a row contains what was known at once, mostly one entry or a few.</summary>
    public static async Task<IResult> Deliveries(HttpContext context, IGrainFactory grains)
    {
        var installation = context.CallerInstallation();
        var query = new ListQuery(context.Request, installation, CursorKind);
        var (before, limit) = query.Result((query.After, query.Limit)).OrProblem();
        var page = await grains.GetDelivery(installation).ListAttempts(before == 0 ? long.MaxValue : before, limit, context.RequestAborted);
        var entries = page.Rows.SelectMany(row => Entries(installation, row).Reverse()).Select(DeliveryView.Of);
        return TypedResults.Json(
            new DeliveryList([.. entries], query.Cursor(page.Before), page.Before is not null),
            WebhookJson.Readable.DeliveryList
        );
    }

    public static async Task<IResult> DeadLetters(HttpContext context, IGrainFactory grains)
    {
        var installation = context.CallerInstallation();
        var dead = await grains.GetDelivery(installation).ListDeadLetters(context.RequestAborted);
        return TypedResults.Json(new DeadLetterList([.. dead.Select(DeadLetterView.Of)]), WebhookJson.Readable.DeadLetterList);
    }

    private static IEnumerable<DeliveryEntry> Entries(InstallationId installation, DeliveryRowView row) =>
        new DeliveryRow(installation, row.No, row.At, row.FirstSeq, row.LastSeq, row.Body, row.Hash).Entries;
}
