using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The sellers of each plugin, in shards; a row for each, so that adding one costs the same however many there are.</summary>
public interface IPluginSellers
{
    /// <summary>Adds sellers to a shard, all or none; returns after they are durable. Idempotent.</summary>
    /// <param name="shard">The shard's key.</param>
    /// <param name="sellers">1–1,000 different sellers.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Add(string shard, IReadOnlyCollection<SellerId> sellers, CancellationToken cancellationToken);

    /// <summary>The next sellers of a shard in ordinal order; empty at the end.</summary>
    /// <param name="shard">The shard's key.</param>
    /// <param name="after">The last seller of the previous page; null to begin.</param>
    /// <param name="limit">Maximum number.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<SellerId>> Read(string shard, SellerId? after, int limit, CancellationToken cancellationToken);
}
