using Marketplace.Diagnostics;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sync;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Marketplace.Grains.Diagnostics;

/// <summary>Gathers the evidence from the grains that hold it and lets the domain judge it.</summary>
[GrainType("diagnosis"), StatelessWorker]
internal sealed class DiagnosisGrain([FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IDiagnosisGrain
{
    public async Task<Diagnosis?> Run(CancellationToken cancellationToken)
    {
        var id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        var installation = await GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken);
        if (installation is null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        DateTimeOffset? visibleFrom = installation.State.SyncWindowHours is { } hours ? now - TimeSpan.FromHours(hours) : null;
        var feed = IfLoaded(async () => (FeedHealth?)await GrainFactory.GetFeed(id.Seller).GetHealth(visibleFrom, cancellationToken));
        var quota = await IfLoaded(async () => await GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(id)).Inspect(cancellationToken));
        return Diagnosis.Of(new DiagnosisEvidence(
            installation.State,
            quota?.View,
            quota?.TokenId,
            quota?.TokenExpiresAt,
            quota?.LastErrors ?? [],
            quota?.LedgerAccepting ?? false,
            await feed,
            now));
    }

    /// <summary>Null while a store is away: a diagnosis must also work then, that is what it is for.</summary>
    private static async Task<T?> IfLoaded<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            return null;
        }
    }
}
