using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

[GrainType("risk-rules")]
internal sealed class RiskRulesGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IRiskRulesGrain
{
    private EntityLog? _log;
    private RiskRuleSet _rules = RiskRuleSet.Standard;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<RiskRuleSet> Get(CancellationToken cancellationToken) => Task.FromResult(_rules);

    public async Task<Outcome<RiskRuleSet>> Set(ImmutableArray<RiskRule> rules, Initiator by, CancellationToken cancellationToken)
    {
        if (RiskRuleSet.Check(rules) is { } refusal)
        {
            return refusal;
        }

        var wanted = new RiskRuleSet(_rules.Version + 1, rules);
        if (Log.Knows(by.OperationId))
        {
            return await FirstAnswer(by.OperationId, wanted, cancellationToken);
        }

        try
        {
            (await Log.Append(by, [(RiskRuleSet.FactType, wanted.Encode())])).ToList().ForEach(Fold);
            return _rules;
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task<Outcome<RiskRuleSet>> FirstAnswer(string operationId, RiskRuleSet wanted, CancellationToken cancellationToken)
    {
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            if (fact.OperationId == operationId)
            {
                return fact.Payload.Span.SequenceEqual(wanted.Encode().Span) ? RiskRuleSet.Decode(fact.Version, fact.Payload) : QuotaRefusals.ReusedKey();
            }
        }

        throw new InvalidOperationException($"The journal has lost the operation {operationId}.");
    }

    private void Fold(JournalFact fact) => _rules = RiskRuleSet.Decode(fact.Version, fact.Payload);
}
