namespace Marketplace.Grains.Ports;

/// <summary>
/// The next deadline of each timed entity, in shards; a row for each, so that setting one costs the same however many wait. A shard belongs
/// to who claimed it last: an activation that the cluster has replaced writes nothing more, because the new one would not see it.
/// </summary>
public interface IDeadlines
{
    /// <summary>Claims a shard; from now on writes under an earlier epoch are refused.</summary>
    /// <returns>The epoch to write under.</returns>
    /// <exception cref="StoreUnavailableException">The claim is unconfirmed.</exception>
    Task<long> Claim(string shard, CancellationToken cancellationToken);

    /// <summary>Sets and removes deadlines of a shard, all or none; returns after it is durable.</summary>
    /// <param name="shard">The shard's key.</param>
    /// <param name="epoch">The epoch of the claim.</param>
    /// <param name="changes">1–1,000 changes of different entities.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False, with nothing changed, if the shard has been claimed since.</returns>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task<bool> Set(string shard, long epoch, IReadOnlyCollection<DeadlineChange> changes, CancellationToken cancellationToken);

    /// <summary>All deadlines of a shard.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<Deadline> Read(string shard, CancellationToken cancellationToken);
}

/// <param name="Entity">The entity's grain key.</param>
/// <param name="Due">Its next deadline, exact to the tick.</param>
public sealed record Deadline(string Entity, DateTimeOffset Due);

/// <param name="Entity">The entity's grain key.</param>
/// <param name="Due">Its next deadline; null if it has none any more.</param>
public readonly record struct DeadlineChange(string Entity, DateTimeOffset? Due);
