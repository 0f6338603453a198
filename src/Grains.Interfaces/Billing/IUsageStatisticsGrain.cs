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
}
