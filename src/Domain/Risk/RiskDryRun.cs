using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>The holds that rules would have raised on an installation's recorded calls.</summary>
/// <param name="Installation">The calling installation.</param>
/// <param name="From">First day evaluated.</param>
/// <param name="To">Last day.</param>
/// <param name="Calls">Calls evaluated.</param>
/// <param name="Writes">Writes among them.</param>
/// <param name="Held">The holds, by rule and operation.</param>
/// <param name="NotJudged">Rules that the ledger lacks the data for.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.dry-run")]
public sealed record RiskDryRun(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] DateOnly From,
    [property: Id(2)] DateOnly To,
    [property: Id(3)] long Calls,
    [property: Id(4)] long Writes,
    [property: Id(5)] ImmutableArray<DryRunHold> Held,
    [property: Id(6)] ImmutableArray<DryRunGap> NotJudged
);

/// <summary>A hold that would have been raised.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Operation">The operation.</param>
/// <param name="FirstAt">When the first held call was reserved.</param>
/// <param name="FirstCall">Its id.</param>
/// <param name="Calls">Calls held from then on without a decision by the seller.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.dry-run-hold")]
public sealed record DryRunHold(
    [property: Id(0)] string Rule,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] DateTimeOffset FirstAt,
    [property: Id(3)] UInt128 FirstCall,
    [property: Id(4)] long Calls
);

/// <summary>A rule that could not be evaluated: the ledger records operation and instant of a call, not the fields it touched.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Calls">Writes it would have evaluated.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.dry-run-gap")]
public sealed record DryRunGap([property: Id(0)] string Rule, [property: Id(1)] long Calls);
