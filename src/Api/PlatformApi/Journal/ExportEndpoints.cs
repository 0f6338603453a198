using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;

namespace Marketplace.Api.PlatformApi.Journal;

/// <summary>Exports complete logs as NDJSON (role operator; docs/ledger.md).</summary>
public static partial class ExportEndpoints
{
    public const string ContentType = "application/x-ndjson";

    public static void MapExports(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1/export").RequireAuthorization(ClientRoles.Operator).WithTags("Export");
        Map(group, "ledger", ExportLog.Ledger, "The usage ledger: rows of settled calls with price, tally and chain hash.");
        Map(group, "feed", ExportLog.Feed, "The feed of marketplace events, without the sealed parts.");
        Map(group, "journal", ExportLog.Journal, "The journal of control-plane facts with chain hash.");
        Map(group, "delivery", ExportLog.Delivery, "The delivery log: every attempt to bring an event to a plugin, with chain hash.");
    }

    private static void Map(RouteGroupBuilder group, string name, ExportLog log, string summary) =>
        group
            .MapGet(name, (HttpContext context, IGrainFactory grains, ILoggerFactory logs, string? after) =>
                Export(context, grains, logs, log, after ?? string.Empty)
            )
            .Takes("after")
            .WithSummary(summary)
            .Produces(StatusCodes.Status200OK, contentType: ContentType)
            .Bounded(HeavyKind.LogExport);

    private static async Task Export(HttpContext context, IGrainFactory grains, ILoggerFactory logs, ExportLog log, string after)
    {
        if (!ExportPosition.TryParse(after, log == ExportLog.Ledger, out _))
        {
            throw new RequestProblemException(
                "cursor-invalid",
                "after must be the position of a line: installation~day~seq, seller~seq, entity~version or installation~no."
            );
        }

        // Read the first page before the response starts, so that an outage still gives a problem document.
        var grain = grains.GetGrain<IExportGrain>(IExportGrain.GrainKey);
        var page = await grain.ReadPage(log, after, context.RequestAborted);
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await Send(context, grain, log, page);
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            // Without this the answer would end like a complete file.
            LogCut(logs.CreateLogger(typeof(ExportEndpoints)), log, e);
            context.Abort();
        }
    }

    private static async Task Send(HttpContext context, IExportGrain grain, ExportLog log, ExportPage first)
    {
        for (var page = first; ; page = await grain.ReadPage(log, page.Next, context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(page.Lines, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (page.Next is null)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The export of the {Log} was cut off.")]
    private static partial void LogCut(ILogger logger, ExportLog log, Exception exception);
}
