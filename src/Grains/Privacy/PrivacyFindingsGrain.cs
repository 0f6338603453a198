using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Privacy;

[GrainType("conduct")]
internal sealed class PrivacyFindingsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IPrivacyFindingsGrain
{
    private EventSourcedEntity<PrivacyFindings> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), new PrivacyFindings(), Apply);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<bool> Record(PrivateDataFound found, CancellationToken cancellationToken)
    {
        if (Entity.State.Decide(found, time.GetUtcNow()) is not { } finding)
        {
            return false;
        }

        await Entity.Append(Initiator.OfMarketplace(OperationId.Internal("finding", Entity.Version + 1)), finding);
        return true;
    }

    public Task<PrivacyReport> Read(string? kind, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(new PrivacyReport([.. Entity.State.Newest(kind).Take(limit)], Entity.State.Counts));

    // Only the newest findings are kept, and no first answer is replayed from them, so folding may change them in place.
    private static PrivacyFindings Apply(PrivacyFindings findings, JournalFact fact)
    {
        findings.Apply(PrivacyFinding.Decode(fact.Payload, fact.At));
        return findings;
    }
}
