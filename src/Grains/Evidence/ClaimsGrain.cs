using System.Collections.Immutable;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Evidence;

[GrainType("claims")]
internal sealed class ClaimsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClaimsGrain
{
    private EventSourcedEntity<ImmutableArray<string>> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            [],
            static (claims, fact) => claims.Add(ClaimListed.Decode(fact.Payload).Claim)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<ImmutableArray<string>> List(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<string>>([.. Entity.State.Reverse()]);

    public async Task Add(string claim, Initiator by, CancellationToken cancellationToken)
    {
        if (!Entity.State.Contains(claim))
        {
            // A caller may reuse an idempotency key for several claims; include the claim in the operation id.
            await Entity.Append(by with { OperationId = OperationId.Internal("list", claim) }, new ClaimListed(claim));
        }
    }
}
