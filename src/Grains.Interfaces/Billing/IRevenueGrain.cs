namespace Marketplace.Billing;

/// <summary>
/// A developer's revenue; volatile: added up from the bills of its plugins' sellers at every call, so that it cannot drift from them. Key:
/// <c>revenue/{developer}</c>.
/// </summary>
[GrainInterfaceType("revenue"), Alias("mp.grain.revenue")]
public interface IRevenueGrain : IGrainWithStringKey
{
    /// <summary>The revenue of a month.</summary>
    /// <exception cref="StoreUnavailableException">The ledger or the journal is unavailable.</exception>
    [Alias("read"), ResponseTimeout("00:02:00")]
    Task<Revenue> Read(DateOnly month, CancellationToken cancellationToken);
}
