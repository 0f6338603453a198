using System.Collections.Immutable;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

[GrainType("risk-rules")]
internal sealed class RiskRulesGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IRiskRulesGrain
{
    private EventSourcedEntity<RiskRuleSet> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            RiskRuleSet.Standard,
            static (_, fact) => RiskRuleSet.Decode(fact.Version, fact.Payload)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<RiskRuleSet> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Outcome<RiskRuleSet>> Set(ImmutableArray<RiskRule> rules, Initiator by, CancellationToken cancellationToken)
    {
        if (RiskRuleSet.Check(rules) is { } refusal)
        {
            return refusal;
        }

        var wanted = new RiskRuleSet(Entity.Version + 1, rules);
        var done = await Entity.Execute(
            by,
            new EntityCommand<RiskRuleSet, RiskRuleSet> { Decide = _ => ImmutableArray.Create(wanted), Fingerprint = wanted.Fingerprint },
            cancellationToken
        );
        return done.Refusal is { } reused ? reused : done.Value.State;
    }
}
