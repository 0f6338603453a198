using Marketplace.Audit;
using Marketplace.Conduct;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Conduct;

[GrainType("conduct")]
internal sealed class ConductGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IConductGrain
{
    private const string Actor = "marketplace";

    private readonly ConductBook _book = new();
    private EntityLog? _log;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public async Task<bool> Note(PrivateDataFound found, CancellationToken cancellationToken)
    {
        if (_book.Decide(found, time.GetUtcNow()) is not { } finding)
        {
            return false;
        }

        try
        {
            foreach (var fact in await Log.Append(new Initiator(Actor, $"finding→{Log.Version + 1}"), [(ConductFinding.FactType, finding.Encode())]))
            {
                Fold(fact);
            }

            return true;
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<ConductReport> Read(string? kind, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(new ConductReport([.. _book.Newest(kind).Take(limit)], _book.Counts));

    private void Fold(JournalFact fact) => _book.Apply(ConductFinding.Decode(fact.Payload, fact.At));
}
