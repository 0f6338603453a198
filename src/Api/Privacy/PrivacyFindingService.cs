using System.Diagnostics.Metrics;
using Marketplace.Api.Calls;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Records for enforcement that a plugin sent private data. Never affects the call: if the journal is unavailable, the finding is counted
/// and lost.
/// </summary>
public sealed partial class PrivacyFindingService(IGrainFactory grains, IMeterFactory meters, ILogger<PrivacyFindingService> logger)
{
    private readonly Counter<long> _findings = meters
        .Create(CallMetrics.MeterName)
        .CreateCounter<long>(
            "marketplace.conduct.findings",
            "{finding}",
            "Bodies of plugins that held private data, by kind and operation."
        );

    /// <summary>Records the refusal of a built-in write if it was for private data.</summary>
    public Task Refused(Call call, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(refusal);
        return
            refusal.Code == SyncRefusals.PrivateDataInInput
            && refusal.TryGet(RefusalFacts.PrivateKind, out var kind)
            && refusal.TryGet(RefusalFacts.Member, out var member)
            ? Record(call, kind, member, refused: true)
            : Task.CompletedTask;
    }

    /// <summary>
    /// Records private data in a write to an upstream. The write passes: an upstream service is the platform's own, the meaning of its
    /// bodies is unknown here, and a number that looks like a telephone number must not block an operation that accepts numbers.
    /// </summary>
    public async Task Scan(Call call)
    {
        ArgumentNullException.ThrowIfNull(call);
        foreach (var (kind, member) in BodyScan.Find(call.Body))
        {
            await Record(call, kind, member, refused: false);
        }
    }

    private async Task Record(Call call, string kind, string member, bool refused)
    {
        var code = kind.Replace(' ', '-');
        _findings.Add(1, new("kind", code), new("operation", call.Operation.Id.Value));
        try
        {
            await grains
                .GetGrain<IPrivacyFindingsGrain>(GrainKeys.Conduct(call.Installation.Plugin))
                .Record(new PrivateDataFound(code, call.Operation.Id, call.Installation, member, refused), CancellationToken.None);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            LogLost(logger, call.Installation.ToString(), call.Operation.Id.Value, code);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not record a finding against {Installation}: {Operation} contained {Kind}.")]
    private static partial void LogLost(ILogger logger, string installation, string operation, string kind);
}
