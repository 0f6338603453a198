namespace Marketplace.Grains.Ports;

/// <summary>
/// The delivery positions of the durable streams' queues. A cursor moves only under the epoch taken by its mover, so that a silo that lost
/// the queue without noticing cannot move it.
/// </summary>
public interface IStreamCursors
{
    /// <summary>Takes over a queue: raises its epoch and returns the position to continue from. A new queue starts at 0.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<StreamCursor> Claim(string queue, CancellationToken cancellationToken);

    /// <summary>Moves the cursor forward.</summary>
    /// <returns>False if another silo has taken the queue since: the caller must stop delivering from it.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<bool> Move(string queue, long epoch, long position, CancellationToken cancellationToken);

    /// <summary>The epoch in force; 0 for a new queue.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> ReadEpoch(string queue, CancellationToken cancellationToken);

    /// <summary>All cursors.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<StreamCursor>> ReadAll(CancellationToken cancellationToken);
}

/// <summary>A queue's cursor.</summary>
/// <param name="Queue">Name of the queue; must never change.</param>
/// <param name="Epoch">Incremented by every take-over.</param>
/// <param name="Position">Everything up to and including it was delivered or dead-lettered.</param>
public readonly record struct StreamCursor(string Queue, long Epoch, long Position);
