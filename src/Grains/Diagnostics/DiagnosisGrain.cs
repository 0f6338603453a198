using System.Runtime.CompilerServices;
using Marketplace.Diagnostics;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Schemas;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Marketplace.Grains.Diagnostics;

/// <summary>
/// Gathers the evidence from the grains that own it and has the domain judge it, check by check. Reentrant: a diagnosis holds no state, so
/// several run at once and none waits for another's slow source.
/// </summary>
[GrainType("diagnosis"), Reentrant]
internal sealed class DiagnosisGrain(
    IOptions<SchemaOptions> schemas,
    IEnumerable<IStoreHealth> stores,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IDiagnosisGrain
{
    /// <summary>Maximum wait for storing a result; afterwards it is answered anyway.</summary>
    private static readonly TimeSpan KeepWithin = TimeSpan.FromSeconds(1);

    public async Task<Diagnosis?> Run(CancellationToken cancellationToken)
    {
        await foreach (var step in Watch(cancellationToken))
        {
            if (step.Result is { } result)
            {
                return result;
            }
        }

        return null;
    }

    public async IAsyncEnumerable<DiagnosisStep> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = new DiagnosisEvidence(GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString()), time.GetUtcNow())
        {
            Schemas = schemas.Value.Versions,
            UnhealthyStores = [.. stores.Where(store => !store.IsHealthy).Select(store => store.Name)],
        };
        var gathering = new EvidenceGatherer(GrainFactory, known);
        var (results, open) = (new List<CheckResult>(), DiagnosisChecks.All.ToList());
        await foreach (var settled in gathering.Ask())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!gathering.Exists)
            {
                yield break;
            }

            if ((settled & EvidenceSources.Installation) == 0)
            {
                // Report no step for an installation that may not exist.
                continue;
            }

            foreach (var check in open.Where(check => (settled & check.Awaits) == check.Awaits).ToArray())
            {
                open.Remove(check);
                results.Add(check.Run(gathering.Evidence));
                yield return new DiagnosisStep(results[^1].Check, null);
            }
        }

        var diagnosis = Diagnosis.Of(Guid.NewGuid().ToString("N"), gathering.Evidence, results);
        await Keep(diagnosis);
        yield return new DiagnosisStep(null, diagnosis);
    }

    private async Task Keep(Diagnosis diagnosis)
    {
        try
        {
            var sessions = GrainFactory.GetGrain<IDiagnosisSessionGrain>(
                GrainKeys.Sessions(GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString()))
            );
            await sessions.Keep(diagnosis, CancellationToken.None).WaitAsync(KeepWithin);
        }
        catch (Exception)
        {
            // The result matters more than storing it; without the store no outcome can be reported anyway.
        }
    }
}
