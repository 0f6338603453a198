using System.Collections.Immutable;
using Marketplace.Billing;

namespace Marketplace.Risk;

/// <summary>What the quota counter judges an installation's writes by, besides the rules: pushed to it after every decision.</summary>
/// <param name="Version">Number of the installation's risk facts; an older standing never replaces a newer one.</param>
/// <param name="Holds">The holds that shut or clear something, and the last of each rule and operation; oldest first.</param>
/// <param name="Baseline">What the plugin did so far; null where it was not read: the one that is known goes on.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.standing")]
public sealed record RiskStanding(
    [property: Id(0)] long Version,
    [property: Id(1)] ImmutableArray<RiskHold> Holds,
    [property: Id(2)] RiskBaseline? Baseline
);

/// <summary>What an installation's plugin did in the last 35 days, from the ledger's facts.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="ActiveDays">Days with calls.</param>
/// <param name="Calls">Calls in those days.</param>
/// <param name="Operations">Operations that succeeded in those days: answered below 400.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.baseline")]
public sealed record RiskBaseline(
    [property: Id(0)] DateTimeOffset AsOf,
    [property: Id(1)] int ActiveDays,
    [property: Id(2)] long Calls,
    [property: Id(3)] ImmutableHashSet<string> Operations
)
{
    /// <summary>The baseline that the usage statistics amount to.</summary>
    /// <param name="usage">The ledger's counts; they do not tell how calls were answered.</param>
    /// <param name="succeeded">The operations among them that were answered below 400: a call that failed does not make its operation a
    /// known one.</param>
    public static RiskBaseline Of(UsageStatistics usage, IEnumerable<string> succeeded) =>
        new(
            usage.AsOf,
            usage.Operations.SelectMany(operation => operation.Days.Keys).Distinct().Count(),
            usage.Operations.Sum(operation => operation.Days.Values.Sum()),
            [.. succeeded]
        );
}

/// <summary>The holds of an installation and its score.</summary>
/// <param name="Score">Sum of what the holds count, decayed to now; 0 is good.</param>
/// <param name="Holds">Newest first; decided ones are kept as far back as there is room.</param>
/// <param name="AsOf">The instant of the score.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.report")]
public sealed record RiskReport(
    [property: Id(0)] decimal Score,
    [property: Id(1)] ImmutableArray<RiskHold> Holds,
    [property: Id(2)] DateTimeOffset AsOf
);
