using System.Diagnostics;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Calls;

/// <summary>
/// The call path up to the handler: authenticate → admit → Reserve. The result is a permitted call, or the request is already answered.
/// </summary>
public sealed class CallPath(
    TokenAuthenticator tokens,
    IQuotaGate gate,
    IGrainFactory grains,
    IOrderReader orders,
    SchemaVersions schemas,
    CounterHeaders counters,
    CallMetrics metrics,
    CallErrorLog errors,
    IOptions<CallOptions> options
)
{
    /// <summary>Starts a call.</summary>
    /// <returns>Null if the request was answered: refused, shed, or a repeat of an idempotency key.</returns>
    public async ValueTask<PermittedCall?> Begin(HttpContext context, Operation operation)
    {
        var started = Stopwatch.GetTimestamp();
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, CancellationToken.None);
        if (token.Caller is not { } caller)
        {
            metrics.Ended(operation.Id, "refused", token.Code, started);
            if (token.Installation is { } owner)
            {
                errors.Refused(
                    context,
                    operation,
                    owner,
                    token.TokenId ?? string.Empty,
                    ProblemWriter.Plain(token.Code, TokenProblems.Detail(token.Code)),
                    started
                );
            }

            await context.WriteProblem(token.Code, TokenProblems.Detail(token.Code));
            return null;
        }

        if (caller.Installation is not { } installation)
        {
            metrics.Ended(operation.Id, "refused", ProblemKinds.RoleForbidden, started);
            await context.WriteProblem(TokenCallers.NoInstallation());
            return null;
        }

        // Admission: a single lane for now, open while the ledger accepts calls. Priority lanes belong here, before anything is reserved.
        if (!gate.IsAccepting)
        {
            metrics.Ended(operation.Id, "shed", ProblemKinds.StorageUnavailable, started);
            errors.Refused(context, operation, installation, caller.TokenId, ProblemWriter.StorageUnavailable(), started);
            await counters.Show(context, installation, caller.Token);
            await context.WriteProblem(ProblemWriter.StorageUnavailable());
            return null;
        }

        return await Reserve(context, operation, caller, installation, started);
    }

    private async ValueTask<PermittedCall?> Reserve(
        HttpContext context,
        Operation operation,
        CallerIdentity caller,
        InstallationId installation,
        long started
    )
    {
        // Reserve unreadable requests too: they are errors like any other, judged by the same limits and counted with the day's errors.
        var (body, key, unreadable) = await ReadWrite(context, operation);
        var callId = CallIds.Parse(context.CallId());
        var intent = new CallIntent(
            callId,
            operation.Id,
            operation.Scope.ToString(),
            operation.Billable,
            options.Value.ServedRegion,
            caller.TokenId,
            caller.ExpiresAt,
            key
        )
        {
            Touches = operation.IsWrite && unreadable is null ? TouchedFields.Of(operation, context.Request, body) : null,
            OptionalScope = operation.OptionalScope,
            TokenEnabledAt = caller.Token.EnabledAt,
        };
        var reservation = await gate.Reserve(installation, intent, CancellationToken.None);
        switch (reservation)
        {
            case Reservation.Granted granted:
                var eventId = operation.IsWrite ? EventId(installation, intent) : string.Empty;
                var schema = schemas.ServedTo(granted.Schema, granted.At);
                context.Response.Headers.WriteVersion(schemas, schema);
                var call = new Call(installation, operation, callId, eventId, granted.SyncWindow, schema, granted.At, body, grains, orders)
                {
                    CanMakeLabels = granted.HasOptionalScope,
                };
                var permitted = new PermittedCall(
                    context,
                    call,
                    key is not null,
                    caller.Token,
                    gate,
                    counters,
                    metrics,
                    errors,
                    options.Value,
                    started
                );
                return unreadable is null ? permitted : await Answer(context, permitted, unreadable);

            case Reservation.Repeated repeated:
                await Replay(context, operation, installation, repeated, started);
                return null;

            default:
                var refused = (Reservation.Refused)reservation;
                errors.Refused(context, operation, installation, caller.TokenId, refused.Refusal, started);
                await Refuse(context, operation, refused, started);
                return null;
        }
    }

    /// <summary>Reads the body of a write and its idempotency key; refuses parameters that the operation does not declare.</summary>
    private async ValueTask<(ReadOnlyMemory<byte> Body, IdempotencyKey? Key, Refusal? Refusal)> ReadWrite(
        HttpContext context,
        Operation operation
    )
    {
        if (QueryParameterCheck.Unknown(context) is { } unknown)
        {
            return (default, null, unknown);
        }

        if (!operation.IsWrite)
        {
            return default;
        }

        if (!IdempotencyKeys.TryGet(context.Request, out var text))
        {
            return (default, null, IdempotencyKeys.Invalid());
        }

        var limit = options.Value.MaxBodyBytes;
        try
        {
            return await RequestBody.Read(context.Request, limit, context.RequestAborted) is { } body
                ? (body, text is null ? null : IdempotencyKeys.Of(text, context.Request, body.Span), null)
                : (default, null, RequestBody.TooLong(limit));
        }
        catch (BadHttpRequestException e) when (e.StatusCode < StatusCodes.Status500InternalServerError)
        {
            return (default, null, ProblemWriter.Plain(ProblemKinds.BodyInvalid, "The body breaks off, or its framing is wrong."));
        }
    }

    private static async ValueTask<PermittedCall?> Answer(HttpContext context, PermittedCall call, Refusal unreadable)
    {
        await CallEndpoints.Answer(context, call, CallAnswer.Refused(unreadable));
        return null;
    }

    private static string EventId(InstallationId installation, CallIntent intent) =>
        intent.Key is { } key
            ? $"{installation}/{CallIds.Text(key.Key)}{CallIds.Text(key.Request)}"
            : $"{installation}/{CallIds.Text(intent.CallId)}";

    private Task Refuse(HttpContext context, Operation operation, Reservation.Refused refused, long started)
    {
        metrics.Ended(operation.Id, "refused", refused.Refusal.Code, started);
        if (refused.View is { } view)
        {
            counters.Write(context, view);
        }

        return context.WriteProblem(refused.Refusal);
    }

    private async Task Replay(
        HttpContext context,
        Operation operation,
        InstallationId installation,
        Reservation.Repeated repeated,
        long started
    )
    {
        var first = await gate.ReadAnswer(installation, repeated, context.RequestAborted);
        var headers = context.Response.Headers;
        counters.Write(context, first.View);
        headers.WriteReceipt(first.Call, CallIds.Text(first.Entry.CallId), first.RowHash.Span);
        headers[CallHeaders.Replayed] = "true";
        metrics.Ended(operation.Id, "replayed", "none", started);
        var kept = first.Entry.Key!;
        if (kept.ContentType.Length == 0)
        {
            await context.WriteProblem(
                ProblemKinds.AnswerNotKept,
                $"The call was answered with {first.Entry.Status} and is not repeated; its answer was too large to keep."
            );
            return;
        }

        headers[CallHeaders.RequestId] = CallIds.Text(first.Entry.CallId);
        context.Response.StatusCode = first.Entry.Status;
        context.Response.ContentType = kept.ContentType;
        // Statuses such as 204 forbid a body, even an empty one.
        if (kept.Body.Length > 0)
        {
            context.Response.ContentLength = kept.Body.Length;
            await context.Response.Body.WriteAsync(kept.Body, context.RequestAborted);
        }
    }
}
