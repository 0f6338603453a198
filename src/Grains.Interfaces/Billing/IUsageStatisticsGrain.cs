namespace Marketplace.Billing;

/// <summary>
/// Counts one installation's settled calls by operation and day; snapshot: what it keeps is a position in the usage ledger, and it is
/// brought up to the ledger's end whenever it is asked, so it is never a second count beside it. Key:
/// <c>usage-statistics/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("usage-statistics")]
public interface IUsageStatisticsGrain : IGrainWithStringKey
{
    /// <summary>The statistics, current to the last settled call.</summary>
    /// <exception cref="StoreUnavailableException">The ledger does not answer.</exception>
    [Alias("read"), ResponseTimeout("00:00:30")]
    Task<UsageStatistics> Read(CancellationToken cancellationToken);
}
