using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Evidence;

[GrainType("claim")]
internal sealed class ClaimGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClaimGrain
{
    private EventSourcedEntity<Claim?> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), null, Evolve);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<Claim?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Outcome<Claim>> Execute(ClaimCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<Claim?, ClaimEvent>
            {
                Decide = claim => ClaimRules.Decide(claim, command, time.GetUtcNow()),
                Fingerprint = command.Fingerprint,
                Nothing = new ClaimEvent.NothingChanged(),
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : done.Value.State!;
    }

    private static Claim? Evolve(Claim? claim, JournalFact fact) => Claim.Evolve(claim, EventOf(fact), fact.At);

    private static ClaimEvent EventOf(JournalFact fact) => ClaimEvent.Decode(fact.Type, fact.Payload);
}
