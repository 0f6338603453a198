using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Identity;
using Marketplace.Installations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>Redelivers events under the same ids (token of a plugin; neither counted nor billed).</summary>
internal static class ReplayEndpoints
{
    private const int MaxListed = 100;
    private const int MaxOrderId = 200;

    public static void MapReplays(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/open/v1/replays")
            .RequireAuthorization(ClientRoles.Plugin)
            .RequireRunningInstallation()
            .WithTags("Plugin out");
        group.MapPost("", Ask).WithSummary("Delivers a range, an order's events or the dead letters again; with dry_run only lists them.");
        group.MapGet("", List).WithSummary("Replays that are under way.");
    }

    private static async Task<IResult> Ask(HttpContext context, IGrainFactory grains, WebhookPace pace, TimeProvider time)
    {
        var (installation, holder) = (context.CallerInstallation(), WebhookEndpoints.Holder(context, grains));
        var by = SellerRequest.By(context);
        var asked = Valid(await SellerRequest.Body(context, WebhookJson.Default.ReplayCommandRequest));
        var status = await holder.GetStatus(context.RequestAborted);
        var request = Request(asked, status.Head, IdOf(holder, by, asked), time.GetUtcNow());
        if (asked.DryRun == true)
        {
            return DryRun(
                (await grains.GetDelivery(installation).DryReplay(request, MaxListed, context.RequestAborted)).OrProblem(),
                request
            );
        }

        pace.Step(holder, time.GetUtcNow());
        var after = await holder.Execute(new DeliveryCommand.Replay(request), by, context.RequestAborted);

        // The accepted range: up to the current delivery position. A short replay may have finished already.
        var accepted = after.Setup.Replays.FirstOrDefault(replay => replay.Id == request.Id) ?? request;
        return TypedResults.Json(ReplayView.Of(accepted), WebhookJson.Readable.ReplayView, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var setup = (await WebhookEndpoints.Holder(context, grains).GetStatus(context.RequestAborted)).Setup;
        return TypedResults.Json(new ReplayList([.. setup.Replays.Select(ReplayView.Of)]), WebhookJson.Readable.ReplayList);
    }

    private static ReplayCommandRequest Valid(ReplayCommandRequest asked)
    {
        if (asked is { FromSeq: null, ToSeq: null, OrderId: null } && asked.DeadLetters != true)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "Say what is to be delivered again: from_seq and to_seq, order_id, or dead_letters: true."
            );
        }

        return asked.OrderId is null || (asked.OrderId.Length is > 0 and <= MaxOrderId && !asked.OrderId.Any(char.IsControl))
            ? asked
            : throw new RequestProblemException(DeliveryRefusals.Invalid("order_id", $"1 to {MaxOrderId} printable characters"));
    }

    /// <summary>An open start means the beginning, an open end the current position.</summary>
    private static ReplayRequest Request(ReplayCommandRequest asked, long head, string id, DateTimeOffset now)
    {
        var (from, to) = (asked.FromSeq ?? 1, Math.Min(asked.ToSeq ?? head, head));
        if (from < 1 || from > (asked.ToSeq ?? long.MaxValue))
        {
            throw new RequestProblemException(DeliveryRefusals.Invalid("from_seq", "at least 1, and at most to_seq"));
        }

        return from > to
            ? throw new RequestProblemException(
                DeliveryRefusals.Position($"Nothing has happened there yet: the last sequence is {head}.", head)
            )
            : new ReplayRequest(id, from, to, asked.OrderId, asked.DeadLetters == true, now);
    }

    /// <summary>Deterministic: the same for a repeat of the same request, different otherwise.</summary>
    private static string IdOf(WebhookHolder holder, Initiator by, ReplayCommandRequest asked)
    {
        var text = FormattableString.Invariant(
            $"{holder.OperationOf(by)}\n{asked.FromSeq}\n{asked.ToSeq}\n{asked.DeadLetters == true}\n{asked.OrderId}"
        );
        return "rpl_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    private static JsonHttpResult<DryReplayView> DryRun(EventBatch batch, ReplayRequest request)
    {
        var hasMore = batch.Events.Length >= MaxListed && batch.LastSeq < request.ToSeq;
        var view = new DryReplayView([.. batch.Events.Select(DryReplayEvent.Of)], hasMore, hasMore ? batch.LastSeq + 1 : null);
        return TypedResults.Json(view, WebhookJson.Readable.DryReplayView);
    }
}
