using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Risk;

/// <summary>The risk rules in force, as data; logged. Key: <c>risk-rules/all</c>.</summary>
[GrainInterfaceType("risk-rules")]
public interface IRiskRulesGrain : IGrainWithStringKey
{
    /// <summary>The rules; the standard ones until somebody sets others.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<RiskRuleSet> Get(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the rules and answers when they are durable; within a second every process judges by them. A repeat of the operation id
    /// changes nothing.
    /// </summary>
    [Alias("set")]
    Task<Outcome<RiskRuleSet>> Set(ImmutableArray<RiskRule> rules, Initiator by, CancellationToken cancellationToken);
}
