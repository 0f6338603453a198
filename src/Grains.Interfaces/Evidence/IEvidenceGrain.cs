using Orleans.Concurrency;

namespace Marketplace.Evidence;

/// <summary>
/// Gathers the evidence of an order on its way to one installation (R66); volatile. Key: <c>evidence/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("evidence"), Alias("mp.grain.evidence")]
public interface IEvidenceGrain : IGrainWithStringKey
{
    /// <summary>
    /// The bundle of an order as canonical bytes (<see cref="EvidenceBundle.Encode"/>); refused for an unknown installation or order.
    /// </summary>
    /// <param name="orderId">
    /// The order; refused if the seller never had it, and for a plugin also if it may not see any of its events.
    /// </param>
    /// <param name="reader">The audience: one of <see cref="EvidenceReaders"/>.</param>
    /// <param name="cancellationToken">Cancels the gathering.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("gather"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<Outcome<ReadOnlyMemory<byte>>> Gather(string orderId, string reader, CancellationToken cancellationToken);
}
