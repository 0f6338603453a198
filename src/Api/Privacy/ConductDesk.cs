using System.Diagnostics.Metrics;
using Marketplace.Api.Calls;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Notes for enforcement that a plugin sent private data. The call is answered as if this did not exist: where the journal cannot be
/// written, the finding is counted and lost.
/// </summary>
public sealed partial class ConductDesk(IGrainFactory grains, IMeterFactory meters, ILogger<ConductDesk> logger)
{
    private readonly Counter<long> _findings = meters
        .Create(CallMetrics.MeterName)
        .CreateCounter<long>(
            "marketplace.conduct.findings",
            "{finding}",
            "Bodies of plugins that held private data, by kind and operation."
        );

    /// <summary>Notes a refusal of a built-in write if it is one for private data.</summary>
    public Task Refused(Call call, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(refusal);
        return
            refusal.Code == SyncRefusals.PrivateDataInInput
            && refusal.TryGet(RefusalFacts.PrivateKind, out var kind)
            && refusal.TryGet(RefusalFacts.Member, out var member)
            ? Note(call, kind, member, refused: true)
            : Task.CompletedTask;
    }

    /// <summary>
    /// Notes what a write to an upstream holds. It passes: an upstream service is the platform's own, what its bodies mean is not known
    /// here, and a number that reads like a telephone must not stop an operation that takes numbers.
    /// </summary>
    public async Task LookThrough(Call call)
    {
        ArgumentNullException.ThrowIfNull(call);
        foreach (var (kind, member) in BodyScan.Find(call.Body))
        {
            await Note(call, kind, member, refused: false);
        }
    }

    private async Task Note(Call call, string kind, string member, bool refused)
    {
        var code = kind.Replace(' ', '-');
        _findings.Add(1, new("kind", code), new("operation", call.Operation.Id));
        try
        {
            await grains
                .GetGrain<IConductGrain>(GrainKeys.Conduct(call.Installation.Plugin))
                .Note(new PrivateDataFound(code, call.Operation.Id, call.Installation, member, refused), CancellationToken.None);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            LogLost(logger, call.Installation.ToString(), call.Operation.Id, code);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A finding against {Installation} could not be noted: {Operation} held {Kind}.")]
    private static partial void LogLost(ILogger logger, string installation, string operation, string kind);
}
