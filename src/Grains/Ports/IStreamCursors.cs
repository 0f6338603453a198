namespace Marketplace.Grains.Ports;

/// <summary>
/// How far each queue of the durable streams was delivered. A cursor is moved only under the epoch that its mover took, so that a silo that
/// lost the queue without noticing cannot move it.
/// </summary>
public interface IStreamCursors
{
    /// <summary>Takes over a queue: raises its epoch, and answers from where to go on. A queue that was never taken begins at 0.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<StreamCursor> Take(string queue, CancellationToken cancellationToken);

    /// <summary>Moves the cursor forward.</summary>
    /// <returns>False if somebody else has taken the queue since: the caller must not deliver from it any more.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<bool> Move(string queue, long epoch, long position, CancellationToken cancellationToken);

    /// <summary>The epoch in force; 0 if the queue was never taken.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> ReadEpoch(string queue, CancellationToken cancellationToken);

    /// <summary>All cursors.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<StreamCursor>> ReadAll(CancellationToken cancellationToken);
}

/// <summary>A queue's cursor.</summary>
/// <param name="Queue">Name of the queue; fixed for ever.</param>
/// <param name="Epoch">Rises with every take-over.</param>
/// <param name="Position">Everything up to and including it was delivered or dead-lettered.</param>
public readonly record struct StreamCursor(string Queue, long Epoch, long Position);
