using System.Collections.Immutable;

namespace Marketplace.Billing;

/// <summary>
/// Counts one installation's settled calls by operation and day; snapshot: stores a position in the usage ledger and catches up with the
/// ledger on every read, so it never becomes a second, diverging count. Key: <c>usage-statistics/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("usage-statistics"), Alias("mp.grain.usage-statistics")]
public interface IUsageStatisticsGrain : IGrainWithStringKey
{
    /// <summary>The statistics, current to the last settled call.</summary>
    /// <exception cref="StoreUnavailableException">The ledger is unavailable.</exception>
    [Alias("read"), ResponseTimeout("00:00:30")]
    Task<UsageStatistics> Read(CancellationToken cancellationToken);

    /// <summary>The days of a range that have settled calls, oldest first; read from the ledger, current to the last call.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day; at most <see cref="UsageDay.MaxDays"/> days.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The ledger is unavailable.</exception>
    [Alias("read-days")]
    Task<ImmutableArray<UsageDay>> ReadDays(DateOnly from, DateOnly to, CancellationToken cancellationToken);
}
