using Marketplace.Api.Diagnostics;
using Marketplace.Api.Problems;
using Marketplace.Grains;
using Marketplace.Quotas;

namespace Marketplace.Api.Calls;

/// <summary>
/// A call under a permit: it ends either settled, with receipt and answer, or failed, with the permit given back. Ending it twice changes
/// nothing.
/// </summary>
public sealed class PermittedCall(
    HttpContext context,
    Call call,
    bool keyed,
    string tokenId,
    IQuotaGate gate,
    CallMetrics metrics,
    CallErrorLog errors,
    CallOptions options,
    long started)
{
    private bool _ended;

    public Call Call => call;

    /// <summary>True if the answer is kept with an idempotency key, so that it must be whole before the call is settled.</summary>
    public bool KeepsAnswer => keyed;

    /// <summary>Bytes of an answer that are kept with an idempotency key.</summary>
    public int MaxKeptBytes => options.MaxKeptAnswerBytes;

    /// <summary>True once the call is in the ledger.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>
    /// Meters the call and puts receipt and limits on the answer. Returns after the ledger's commit; nothing of the answer may leave before.
    /// </summary>
    /// <param name="status">HTTP status of the answer, below 500.</param>
    /// <param name="code">The problem code, if the answer is a problem.</param>
    /// <param name="contentType">Of the answer.</param>
    /// <param name="body">The whole answer if <see cref="KeepsAnswer"/>.</param>
    /// <returns>The refusal to answer with instead, if the permit had expired.</returns>
    /// <exception cref="Marketplace.Grains.StoreUnavailableException">The call must not be acknowledged.</exception>
    public async ValueTask<Refusal?> Settle(int status, string? code, string contentType, ReadOnlyMemory<byte> body)
    {
        _ended = true;
        var keeps = keyed && body.Length <= options.MaxKeptAnswerBytes;
        var report = new CallReport(call.CallId, call.Operation.Id, status, code, keeps ? contentType : string.Empty, keeps ? body : default);
        // The caller's going away does not undo what was done for it.
        var settlement = await Settle(report);
        var headers = context.Response.Headers;
        headers.WriteLimits(settlement.View);
        headers["X-Request-Id"] = context.CallId();
        if (settlement.Refusal is { } refusal)
        {
            metrics.Ended(call.Operation.Id, "failed", refusal.Code, started);
            errors.Refused(context, call.Operation, call.Installation, tokenId, refusal, started);
            return refusal;
        }

        IsSettled = true;
        if (settlement.Call is { } settled)
        {
            headers.WriteReceipt(settled, context.CallId(), settlement.RowHash.Span);
        }

        if (code is not null)
        {
            Note(code, status);
        }

        metrics.Ended(call.Operation.Id, "settled", code ?? "none", started);
        return null;
    }

    /// <summary>Gives the permit back because the platform or an upstream failed; nothing is counted.</summary>
    public async ValueTask Fail(string code)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        metrics.Ended(call.Operation.Id, "failed", code, started);
        var status = ProblemKinds.Of(code).Status;
        Note(code, status);
        await gate.Release(call.Installation, new CallFailure(call.CallId, call.Operation.Id, status, code));
    }

    private async ValueTask<Settlement> Settle(CallReport report)
    {
        try
        {
            return await gate.Settle(call.Installation, report, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            Note(ProblemKinds.StorageUnavailable, StatusCodes.Status503ServiceUnavailable);
            throw;
        }
    }

    private void Note(string code, int status) => errors.Failed(context, call.Operation, call.Installation, tokenId, code, status, started);
}
