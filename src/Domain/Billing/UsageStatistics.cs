using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>How often, and when last, an installation's operations were called according to the usage ledger (R71).</summary>
/// <param name="Installation">The calling installation.</param>
/// <param name="From">The first day counted: 34 days before <paramref name="To"/>.</param>
/// <param name="To">The current day of business, or a later one with calls.</param>
/// <param name="Operations">Every operation called in the last 366 days, by name.</param>
/// <param name="AsOf">When the ledger was read.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-statistics")]
public sealed record UsageStatistics(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] DateOnly From,
    [property: Id(2)] DateOnly To,
    [property: Id(3)] ImmutableArray<OperationUsage> Operations,
    [property: Id(4)] DateTimeOffset AsOf
)
{
    /// <summary>Days counted individually.</summary>
    public const int CountedDays = 35;

    /// <summary>How many days back a last use is known.</summary>
    public const int LastUseDays = 366;
}

/// <summary>One operation's calls.</summary>
/// <param name="Operation">For example <c>orders.get</c>.</param>
/// <param name="LastUsedAt">When its last settled call was reserved.</param>
/// <param name="Days">Settled calls by day of business; days without calls are absent.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.operation-usage")]
public sealed record OperationUsage(
    [property: Id(0)] OperationName Operation,
    [property: Id(1)] DateTimeOffset LastUsedAt,
    [property: Id(2)] ImmutableSortedDictionary<DateOnly, long> Days
)
{
    /// <summary>Calls within a range of days, both ends inclusive.</summary>
    public long Calls(DateOnly from, DateOnly to) => Days.Where(day => day.Key >= from && day.Key <= to).Sum(day => day.Value);
}
