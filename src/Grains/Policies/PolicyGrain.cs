using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Policies;

[GrainType("policy")]
internal sealed class PolicyGrain(
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IPolicyGrain
{
    private EventSourcedEntity<Policy> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            Policy.None,
            static (policy, fact) => policy.After(PolicyPublished.Decode(fact.Type, fact.Payload), fact.At)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<Outcome<Policy>> Publish(PublishPolicy command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<Policy, PolicyPublished>
            {
                Decide = state => PolicyRules.Decide(state, command, by.Role, calendar.DayOf(time.GetUtcNow())),
                Fingerprint = command.Fingerprint,
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : done.Value.State;
    }

    public Task<Policy> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);
}
