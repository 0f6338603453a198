using System.Runtime.CompilerServices;
using Marketplace.Api.Http.Problems;
using Marketplace.Quotas;

namespace Marketplace.Api.Calls;

/// <summary>
/// A permitted call. It ends either settled, with its answer and, if counted, a receipt, or failed, with the permit returned. Ending it
/// twice has no effect.
/// </summary>
public sealed class PermittedCall(
    HttpContext context,
    Call call,
    bool keyed,
    TokenStamp token,
    IQuotaGate gate,
    CounterHeaders counters,
    CallMetrics metrics,
    CallErrorLog errors,
    CallOptions options,
    long started
)
{
    private bool _ended;

    public Call Call => call;

    /// <summary>True if the answer is stored with an idempotency key, so that it must be complete before the call is settled.</summary>
    public bool KeepsAnswer => keyed;

    /// <summary>Maximum answer stored with an idempotency key, in bytes.</summary>
    public int MaxKeptBytes => options.MaxKeptAnswerBytes;

    /// <summary>
    /// True once the call needs no more settlement: it is in the ledger, or its answer is a caller's error, which is not recorded.
    /// </summary>
    public bool IsSettled { get; private set; }

    /// <summary>
    /// Meters the call and adds receipt and limits to the answer. Returns after the ledger's commit; nothing may be sent before. A 4xx
    /// answer is neither counted nor stored with its key.
    /// </summary>
    /// <param name="status">HTTP status of the answer, below 500.</param>
    /// <param name="code">The problem code, if the answer is a problem.</param>
    /// <param name="contentType">Content type of the answer.</param>
    /// <param name="body">The complete answer if <see cref="KeepsAnswer"/>.</param>
    /// <param name="whole">False if the body is incomplete, or does not represent the whole answer: it is then not stored.</param>
    /// <returns>A refusal that replaces the answer, if the permit had expired.</returns>
    /// <exception cref="StoreUnavailableException">The call must not be acknowledged.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Refusal?> Settle(int status, string? code, string contentType, ReadOnlyMemory<byte> body, bool whole = true)
    {
        _ended = true;
        var keeps = keyed && whole && status < CallMeter.FirstErrorStatus && body.Length <= options.MaxKeptAnswerBytes;
        var report = new CallReport(
            call.CallId,
            call.Operation.Id,
            status,
            code,
            keeps ? contentType : string.Empty,
            keeps ? body : default
        );
        Settlement settlement;
        try
        {
            // Ignore client disconnects: the work is done and must be metered.
            settlement = await gate.Settle(call.Installation, report, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            Record(ProblemKinds.StorageUnavailable, StatusCodes.Status503ServiceUnavailable);
            await counters.Show(context, call.Installation, token);
            throw;
        }

        var headers = context.Response.Headers;
        headers.WriteLimits(settlement.View);
        if (settlement.Refusal is { } refusal)
        {
            metrics.Ended(call.Operation.Id, "failed", refusal.Code, started);
            errors.Refused(context, call.Operation, call.Installation, token.Id, refusal, started);
            return refusal;
        }

        IsSettled = true;
        if (settlement.Call is { } settled)
        {
            headers.WriteReceipt(settled, context.CallId(), settlement.RowHash.Span);
        }

        if (code is not null)
        {
            Record(code, status);
        }

        metrics.Ended(call.Operation.Id, status < CallMeter.FirstErrorStatus ? "settled" : "error", code ?? "none", started);
        return null;
    }

    /// <summary>Returns the permit because the platform or an upstream failed; nothing is counted.</summary>
    public async ValueTask Fail(string code)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        metrics.Ended(call.Operation.Id, "failed", code, started);
        var status = ProblemKinds.Of(code).Status;
        Record(code, status);
        await gate.Release(call.Installation, new CallFailure(call.CallId, call.Operation.Id, status, code));
        await counters.Show(context, call.Installation, token);
    }

    private void Record(string code, int status) =>
        errors.Failed(context, call.Operation, call.Installation, token.Id, code, status, started);
}
