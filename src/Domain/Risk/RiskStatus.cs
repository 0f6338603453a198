using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>
/// The quota counter's view of an installation's holds: with the rules, the basis for judging its writes. Pushed to the counter after every
/// decision.
/// </summary>
/// <param name="Version">Number of the installation's risk facts; an older status never replaces a newer one.</param>
/// <param name="Holds">The holds in effect, and the last one per rule and operation; oldest first.</param>
/// <param name="Baseline">The plugin's past behaviour; null if it was not read: the known one stays in effect.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.standing")]
public sealed record RiskStatus(
    [property: Id(0)] long Version,
    [property: Id(1)] ImmutableArray<RiskHold> Holds,
    [property: Id(2)] RiskBaseline? Baseline
);

/// <summary>The behaviour of an installation's plugin in the last 35 days, according to the ledger.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="ActiveDays">Days with calls.</param>
/// <param name="Calls">Calls in those days.</param>
/// <param name="Operations">Operations that succeeded in those days: answered below 400.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.baseline")]
public sealed record RiskBaseline(
    [property: Id(0)] DateTimeOffset AsOf,
    [property: Id(1)] int ActiveDays,
    [property: Id(2)] long Calls,
    [property: Id(3)] ImmutableHashSet<OperationName> Operations
)
{
    /// <summary>Derives the baseline from usage statistics.</summary>
    /// <param name="usage">The ledger's counts; they do not include answer statuses.</param>
    /// <param name="succeeded">The operations among them answered below 400: a failed call does not establish an operation.</param>
    public static RiskBaseline Of(UsageStatistics usage, IEnumerable<OperationName> succeeded) =>
        new(
            usage.AsOf,
            usage.Operations.SelectMany(operation => operation.Days.Keys).Distinct().Count(),
            usage.Operations.Sum(operation => operation.Days.Values.Sum()),
            [.. succeeded]
        );
}

/// <summary>An installation's holds and score.</summary>
/// <param name="Score">Sum of the holds, decayed to now; 0 is good.</param>
/// <param name="Holds">Newest first; decided ones are kept as space permits.</param>
/// <param name="AsOf">The instant of the score.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.report")]
public sealed record RiskReport(
    [property: Id(0)] decimal Score,
    [property: Id(1)] ImmutableArray<RiskHold> Holds,
    [property: Id(2)] DateTimeOffset AsOf
);
