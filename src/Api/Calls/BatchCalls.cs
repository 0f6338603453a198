using System.Diagnostics;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Calls;

/// <summary>
/// Judges the further batches of a streaming answer. Each is like a call with its own id: judged by the installation's entitlement at that
/// instant and, if its operation is billable, reserved and settled before any of it is sent.
/// </summary>
public sealed class BatchCalls(
    TokenAuthenticator tokens,
    IQuotaGate gate,
    CallMetrics metrics,
    CallErrorLog errors,
    IOptions<CallOptions> options
)
{
    /// <summary>Assigns the id of the next call to the request and counts the call.</summary>
    /// <returns>The receipt in its header form; empty if nothing is counted.</returns>
    /// <exception cref="StoreUnavailableException">The batch must not be sent.</exception>
    public async ValueTask<Outcome<string>> Count(HttpContext context, Operation operation)
    {
        var started = Stopwatch.GetTimestamp();
        context.RenewCallId();
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, CancellationToken.None);
        if (token.Caller is not { Installation: { } installation } caller)
        {
            metrics.Ended(operation.Id, "refused", token.Code, started);
            return ProblemWriter.Plain(token.Code, TokenProblems.Detail(token.Code));
        }

        var counted = await Count(context, operation, new Batch(caller, installation, CallIds.Parse(context.CallId())));
        var code = counted.Refusal?.Code;
        metrics.Ended(operation.Id, code is null ? "settled" : "refused", code ?? "none", started);
        if (counted.Refusal is { } refusal)
        {
            errors.Refused(context, operation, installation, caller.TokenId, refusal, started);
        }

        return counted;
    }

    private async ValueTask<Outcome<string>> Count(HttpContext context, Operation operation, Batch batch)
    {
        if (!gate.IsAccepting)
        {
            return ProblemWriter.StorageUnavailable();
        }

        var intent = new CallIntent(
            batch.CallId,
            operation.Id,
            operation.Scope.ToString(),
            operation.Billable,
            options.Value.ServedRegion,
            batch.Caller.TokenId,
            batch.Caller.ExpiresAt,
            null
        )
        {
            TokenEnabledAt = batch.Caller.Token.EnabledAt,
        };
        if (await gate.Reserve(batch.Installation, intent, CancellationToken.None) is Reservation.Refused refused)
        {
            return refused.Refusal;
        }

        var settled = await gate.Settle(
            batch.Installation,
            new CallReport(batch.CallId, operation.Id, StatusCodes.Status200OK, null, string.Empty, default),
            CancellationToken.None
        );
        return settled switch
        {
            { Refusal: { } expired } => expired,
            { Call: { } call } => CallHeaders.ReceiptOf(call, context.CallId(), settled.RowHash.Span),
            _ => string.Empty,
        };
    }

    private sealed record Batch(CallerIdentity Caller, InstallationId Installation, UInt128 CallId);
}
