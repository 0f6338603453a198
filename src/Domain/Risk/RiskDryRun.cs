using System.Collections.Immutable;
using Marketplace.Installations;

namespace Marketplace.Risk;

/// <summary>What rules would have held of an installation's recorded calls.</summary>
/// <param name="Installation">Whose calls.</param>
/// <param name="From">First day looked at.</param>
/// <param name="To">Last day.</param>
/// <param name="Calls">Calls looked at.</param>
/// <param name="Writes">Writes among them.</param>
/// <param name="Held">What would have been held, by rule and operation.</param>
/// <param name="NotJudged">Rules that the ledger's facts do not suffice for.</param>
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
/// <param name="Rule">By which rule.</param>
/// <param name="Operation">On which operation.</param>
/// <param name="FirstAt">By which call: when it was reserved.</param>
/// <param name="FirstCall">Its id.</param>
/// <param name="Calls">Calls held from then on if the seller had not decided.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.dry-run-hold")]
public sealed record DryRunHold(
    [property: Id(0)] string Rule,
    [property: Id(1)] string Operation,
    [property: Id(2)] DateTimeOffset FirstAt,
    [property: Id(3)] UInt128 FirstCall,
    [property: Id(4)] long Calls
);

/// <summary>A rule that could not be judged: the ledger knows operation and instant of a call, not the fields it touched.</summary>
/// <param name="Rule">Which rule.</param>
/// <param name="Calls">Writes it would have had to look at.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.dry-run-gap")]
public sealed record DryRunGap([property: Id(0)] string Rule, [property: Id(1)] long Calls);
