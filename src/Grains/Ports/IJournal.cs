using Marketplace.Journal;

namespace Marketplace.Grains.Ports;

/// <summary>
/// The journal of control-plane facts. (entity, version) and (entity, operation id) are unique; an append that collides with either
/// changes nothing.
/// </summary>
public interface IJournal : IJournalReader
{
    /// <summary>Appends facts of one entity, all or none, and returns after they are durable.</summary>
    /// <returns>False if another activation of the entity has appended first: the caller holds stale state and must start anew.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be written; the caller must start anew.</exception>
    Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken);
}

/// <summary>What can be read of the journal, also without a running store.</summary>
public interface IJournalReader
{
    /// <summary>The entity's facts after a version, in order.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken);

    /// <summary>True if a command of the entity with this operation id was carried out.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<bool> HasOperation(string entity, string operationId, CancellationToken cancellationToken);

    /// <summary>All facts, ordered by entity (ordinal) and version, after a position; for export and verification.</summary>
    IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken);
}
