using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Orders;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.SellerApi.Deliveries;

/// <summary>The sellers' view of event delivery to a plugin, with their actions (R13–R15).</summary>
internal static class SyncEndpoints
{
    private const int DryRunLimit = 100;

    public static void MapSync(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        const string One = "installations/{seller}/{plugin}/sync";
        group.MapGet(One, Get).WithSummary("How the installation's events are delivered.");
        group.MapPost($"{One}/resume", Resume).WithSummary("Goes on with a parked address, and tries at once what waits.");
        group
            .MapPost($"{One}/replay", Replay)
            .WithSummary("Delivers again: a range, one order, or the dead letters; or says what that would be.");
        group.MapGet($"{One}/dead-letters", DeadLetters).WithSummary("Events that were given up and not delivered since.");
        group
            .MapGet($"{One}/reconciliation", Reconcile)
            .Takes("day")
            .WithSummary("What one day's events came to, with the names of what is missing.");

        // A list refused before it is read is drained for some seconds up to this limit. Above it Kestrel resets the connection, and the
        // sender never sees the refusal.
        group
            .MapPost($"{One}/reconciliation", OrderLists.Compare)
            .Takes("from", "to")
            .WithSummary("Compares a list of orders (CSV) and the plugin's copy with the source.")
            .Bounded(HeavyKind.Comparison)
            .WithMetadata(new RequestSizeLimitAttribute(OrderLists.MaxBodyBytes));
        group
            .MapGet("orders.csv", OrderLists.Export)
            .Takes("seller", "from", "to")
            .WithSummary("The seller's orders as CSV: the way by hand.")
            .Produces(StatusCodes.Status200OK, contentType: OrderLists.Csv)
            .Bounded(HeavyKind.OrderExport);
        endpoints
            .MapGet("/platform/v1/sync/{seller}/{plugin}", Get)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("How an installation's events are delivered.");
    }

    /// <summary>The installation in the path, if it exists.</summary>
    public static async Task<(InstallationId Id, Installation State)> Find(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        var answer = await SellerEndpoints.Grain(grains, id).Get(context.RequestAborted)
            ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        return (id, answer.State);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var (id, _) = await Find(context, grains);
        return Ok(id, await grains.GetDelivery(id).GetStatus(context.RequestAborted));
    }

    private static async Task<IResult> Resume(HttpContext context, IGrainFactory grains)
    {
        _ = await SellerRequest.OptionalBody(context, SellerApiJson.Default.ReasonRequest);
        return await Execute(context, grains, new DeliveryCommand.Resume());
    }

    private static async Task<IResult> Replay(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var body = await SellerRequest.Body(context, SyncJson.Default.ReplayRequestBody);
        if (body is { FromSeq: null, ToSeq: null, OrderId: null } && body.DeadLetters != true)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "Say what is to be delivered again: from_seq and to_seq, order_id, or dead_letters: true."
            );
        }

        if (body.OrderId is { Length: 0 or > EventLimits.MaxIdLength })
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"order_id must be an id of at most {EventLimits.MaxIdLength} characters."
            );
        }

        var (id, _) = await Find(context, grains);
        var by = SellerRequest.By(context);
        var head = (await grains.GetDelivery(id).GetStatus(context.RequestAborted))?.Head ?? 0;
        // An open start means the beginning, an open end the current position.
        var request = new ReplayRequest(
            IdOf(id, by, body),
            body.FromSeq ?? 1,
            Math.Min(body.ToSeq ?? head, Math.Max(head, 1)),
            body.OrderId,
            body.DeadLetters == true,
            time.GetUtcNow()
        );
        return body.DryRun == true
            ? await DryRun(context, grains, id, request)
            : Ok(id, (await grains.GetDelivery(id).Execute(new DeliveryCommand.Replay(request), by, context.RequestAborted)).OrProblem());
    }

    /// <summary>Deterministic: the same for a repeat of the same request, different otherwise.</summary>
    private static string IdOf(InstallationId id, Initiator by, ReplayRequestBody body)
    {
        var text = FormattableString.Invariant(
            $"{id}\n{by.OperationId}\n{body.FromSeq}\n{body.ToSeq}\n{body.DeadLetters == true}\n{body.OrderId}"
        );
        return "rpl_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    private static async Task<IResult> DryRun(HttpContext context, IGrainFactory grains, InstallationId id, ReplayRequest request)
    {
        var batch = (await grains.GetDelivery(id).DryReplay(request, DryRunLimit, context.RequestAborted)).OrProblem();
        var events = batch.Events.Select(@event => new DryEventView(
            @event.Seq,
            @event.MessageId,
            @event.Type,
            @event.Subject,
            @event.OrderId
        ));
        return TypedResults.Json(
            new SellerDryRun(true, [.. events], batch.Events.Length >= DryRunLimit && batch.LastSeq < request.ToSeq),
            SyncJson.Readable.SellerDryRun
        );
    }

    private static async Task<IResult> Execute(HttpContext context, IGrainFactory grains, DeliveryCommand command)
    {
        var (id, _) = await Find(context, grains);
        return Ok(id, (await grains.GetDelivery(id).Execute(command, SellerRequest.By(context), context.RequestAborted)).OrProblem());
    }

    private static async Task<IResult> DeadLetters(HttpContext context, IGrainFactory grains)
    {
        var (id, _) = await Find(context, grains);
        var dead = await grains.GetDelivery(id).ListDeadLetters(context.RequestAborted);
        return TypedResults.Json(
            new GivenUpList([.. dead.Select(one => new GivenUpView(one.Seq, one.Key, one.At, one.Attempts, one.Reason))]),
            SyncJson.Readable.GivenUpList
        );
    }

    private static async Task<IResult> Reconcile(HttpContext context, IGrainFactory grains)
    {
        var query = new QueryReader(context.Request);
        var day = query.Result(query.Day("day")).OrProblem();
        var (id, _) = await Find(context, grains);
        return TypedResults.Json(
            ReconciliationView.Of(id, await grains.GetDelivery(id).Reconcile(day, context.RequestAborted)),
            SyncJson.Readable.ReconciliationView
        );
    }

    private static JsonHttpResult<SyncStatusView> Ok(InstallationId id, DeliveryStatus? status) =>
        TypedResults.Json(SyncStatusView.Of(id, status), SyncJson.Readable.SyncStatusView);
}
