using Orleans.Concurrency;

namespace Marketplace.Evidence;

/// <summary>
/// Gathers what is known of an order on its way to one installation (R66); volatile. Key: <c>evidence/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("evidence")]
public interface IEvidenceGrain : IGrainWithStringKey
{
    /// <summary>
    /// The bundle of an order as canonical bytes (<see cref="EvidenceBundle.Encode"/>); refused if there is no such installation or no such
    /// order.
    /// </summary>
    /// <param name="orderId">The order; refused if the seller never had it, and to a plugin also if none of its events concern it.</param>
    /// <param name="reader">For whom: one of <see cref="EvidenceReaders"/>.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("gather"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<Outcome<ReadOnlyMemory<byte>>> Gather(string orderId, string reader, CancellationToken cancellationToken);
}
