using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Evidence.Claims;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Evidence;

[GrainType("claims")]
internal sealed class ClaimsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClaimsGrain
{
    private EntityLog? _log;
    private ImmutableArray<string> _claims = [];

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<ImmutableArray<string>> List(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<string>>([.. _claims.Reverse()]);

    public async Task Add(string claim, Initiator by, CancellationToken cancellationToken)
    {
        if (_claims.Contains(claim))
        {
            return;
        }

        try
        {
            // A key of the caller's may come with several claims; the claim is what makes this operation.
            (await Log.Append(by with { OperationId = $"list→{claim}" }, [(ClaimListed.FactType, new ClaimListed(claim).Encode())])).ToList().ForEach(Fold);
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private void Fold(JournalFact fact) => _claims = _claims.Add(ClaimListed.Decode(fact.Payload).Claim);
}
