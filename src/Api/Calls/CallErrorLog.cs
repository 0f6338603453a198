using System.Diagnostics;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Privacy;
using Marketplace.Diagnostics;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.Calls;

/// <summary>
/// Logs every refused or failed call by its id (R61). It only queues: a call never waits for its log. Records neither headers nor bodies,
/// which keeps buyers' data out.
/// </summary>
public sealed class CallErrorLog(IErrorSink sink, OutsideText outside)
{
    private const int MaxOrderLength = 64;
    private const int MaxPhoneLength = 13;

    /// <summary>Logs a call refused by a rule.</summary>
    public void Refused(
        HttpContext context,
        Operation operation,
        InstallationId installation,
        string tokenId,
        Refusal refusal,
        long started
    )
    {
        var entry = Entry(context, operation, refusal.Code, ProblemKinds.Of(refusal.Code).Status, tokenId, started);
        sink.Add(
            installation,
            entry with
            {
                // The reason of a pause is the seller's own text.
                Reason = outside.ForLog(refusal.Reason),
                FixBy = refusal.FixBy,
                FixAction = refusal.Fix,
                Counter = refusal.Counter,
                Limit = refusal.Limit,
                Used = refusal.Used,
                ResetsAt = refusal.ResetsAt,
            }
        );
    }

    /// <summary>Logs a call that failed or was answered with a problem.</summary>
    public void Failed(
        HttpContext context,
        Operation operation,
        InstallationId installation,
        string tokenId,
        string code,
        int status,
        long started
    ) => sink.Add(installation, Entry(context, operation, code, status, tokenId, started));

    private ErrorEntry Entry(HttpContext context, Operation operation, string code, int status, string tokenId, long started) =>
        new(CallIds.Parse(context.CallId()), default, operation.Id.Value, code, status)
        {
            Scope = operation.Scope.ToString(),
            Rule = code,
            Duration = Stopwatch.GetElapsedTime(started),
            Order = OrderOf(context, operation, code),
            TokenId = tokenId,
            Address = ActorAddress.Of(context),
            Upstream = context.GetEndpoint()?.Metadata.GetMetadata<Yarp.ReverseProxy.Model.RouteModel>()?.Cluster?.ClusterId,
        };

    /// <summary>
    /// The order id, unless the order was not found, in which case the id may be anything, or the id looks like a buyer's data.
    /// </summary>
    private string? OrderOf(HttpContext context, Operation operation, string code) =>
        operation.Id.Value.StartsWith("orders.", StringComparison.Ordinal)
        && code != SyncRefusals.OrderNotFound
        && context.Request.RouteValues["id"] is string { Length: > 0 and <= MaxOrderLength } id
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
        && !(id.Length <= MaxPhoneLength && id.Count(char.IsAsciiDigit) > id.Length / 2)
            ? outside.ForLog(id)
            : null;
}
