using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Policies;

/// <summary>One policy of the marketplace with its versions; logged. Key: <c>policy/{name}</c>.</summary>
[GrainInterfaceType("policy"), Alias("mp.grain.policy")]
public interface IPolicyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Publishes a version; returns after it is durable. A repeat of the operation id gets the first answer and changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The version is unconfirmed; repeat with the same operation id.</exception>
    [Alias("publish")]
    Task<Outcome<Policy>> Publish(PublishPolicy command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The policy; without versions before the first. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<Policy> Get(CancellationToken cancellationToken);
}
