using System.Diagnostics;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Privacy;
using Marketplace.Diagnostics;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.Calls;

/// <summary>
/// Writes down every call that was refused or failed, by its id (R61). It only queues: a call never waits for its log. Neither headers nor
/// bodies are taken, so buyers' data have no way in.
/// </summary>
public sealed class CallErrorLog(IErrorSink sink, OutsideText outside)
{
    private const int MaxOrderLength = 64;
    private const int MaxPhoneLength = 13;

    /// <summary>Notes a call that a rule refused.</summary>
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
                // A pause's reason is in it as the seller wrote it.
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

    /// <summary>Notes a call that was answered with a problem or failed.</summary>
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
        new(CallIds.Parse(context.CallId()), default, operation.Id, code, status)
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
    /// An order that is not there is no order, and its id may be anything; neither is one that reads like a buyer's data.
    /// </summary>
    private string? OrderOf(HttpContext context, Operation operation, string code) =>
        operation.Id.StartsWith("orders.", StringComparison.Ordinal)
        && code != SyncRefusals.OrderNotFound
        && context.Request.RouteValues["id"] is string { Length: > 0 and <= MaxOrderLength } id
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
        && !(id.Length <= MaxPhoneLength && id.Count(char.IsAsciiDigit) > id.Length / 2)
            ? outside.ForLog(id)
            : null;
}
