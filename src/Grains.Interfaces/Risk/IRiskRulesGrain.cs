using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Risk;

/// <summary>The risk rules in force, as data; logged. Key: <c>risk-rules/all</c>.</summary>
[GrainInterfaceType("risk-rules"), Alias("mp.grain.risk-rules")]
public interface IRiskRulesGrain : IGrainWithStringKey
{
    /// <summary>The rules; the standard ones until an operator sets others.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<RiskRuleSet> Get(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the rules; returns after they are durable. Every process applies them within a second. A repeat of the operation id changes
    /// nothing.
    /// </summary>
    [Alias("set")]
    Task<Outcome<RiskRuleSet>> Set(ImmutableArray<RiskRule> rules, Initiator by, CancellationToken cancellationToken);
}
