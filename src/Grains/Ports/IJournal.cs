using Marketplace.Journal;

namespace Marketplace.Grains.Ports;

/// <summary>
/// The journal of control-plane facts. (entity, version) and (entity, operation id) are unique; an append that collides with either
/// changes nothing.
/// </summary>
public interface IJournal : IJournalReader
{
    /// <summary>Appends facts of one entity, all or none, and returns after they are durable.</summary>
    /// <returns>False if another activation of the entity has appended first: the caller's state is stale and must be reloaded.</returns>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed; the caller must restart from the store.</exception>
    Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken);
}

/// <summary>Read access to the journal, also without a running store.</summary>
public interface IJournalReader
{
    /// <summary>The entity's facts after a version, in order.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken);

    /// <summary>True if a command of the entity with this operation id was executed.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<bool> HasOperation(string entity, OperationId operationId, CancellationToken cancellationToken);

    /// <summary>All facts, ordered by entity (ordinal) and version, after a position; for export and verification.</summary>
    IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken);
}
