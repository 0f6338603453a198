using System.Collections.Immutable;

namespace Marketplace.Billing;

/// <summary>
/// Records which shares of its limits an installation has reached; logged. Not on the path of calls: counters report only marks. Key:
/// <c>usage/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("usage-alerts"), Alias("mp.grain.usage-alerts")]
public interface IUsageAlertsGrain : IGrainWithStringKey
{
    /// <summary>Records what is new of the marks and wanted by the seller; idempotent.</summary>
    /// <exception cref="StoreUnavailableException">It is unconfirmed; report the marks again.</exception>
    [Alias("report")]
    Task Report(ImmutableArray<UsageMark> marks, CancellationToken cancellationToken);
}
