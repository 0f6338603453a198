namespace Marketplace.Grains.Ports;

/// <summary>
/// The next deadline of each timed entity, in shards; a row for each, so that setting one costs the same however many wait.
/// </summary>
public interface IDeadlines
{
    /// <summary>Sets an entity's next deadline; null removes it. Returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Set(string shard, string entity, DateTimeOffset? due, CancellationToken cancellationToken);

    /// <summary>All deadlines of a shard.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<Deadline> Read(string shard, CancellationToken cancellationToken);
}

/// <param name="Entity">The entity's grain key.</param>
/// <param name="Due">Its next deadline, exact to the tick.</param>
public sealed record Deadline(string Entity, DateTimeOffset Due);
