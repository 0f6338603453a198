using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>
/// The delivery log: for each installation the rows of what was delivered, chained, and beside them the state they led to. A row and its
/// state are one transaction; (installation, no) is unique.
/// </summary>
public interface IDeliveryLog : IDeliveryReader
{
    /// <summary>Appends a row and replaces the state, and returns after both are durable.</summary>
    /// <returns>False if another activation has appended: nothing was written, and the caller holds stale state.</returns>
    /// <exception cref="StoreUnavailableException">Nothing is known to be written; the caller must start anew.</exception>
    Task<bool> Append(DeliveryCommit commit, CancellationToken cancellationToken);

    /// <summary>
    /// Notes when somebody must look at an installation next, without a row; one that was never written gets an empty state. Returns after
    /// it is durable. Needs no fence: a look too many changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not known to be noted.</exception>
    Task Mark(InstallationId installation, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>
    /// After a look: notes a later one, or none, in place of the note that the caller knows, and only if nobody has written or noted since;
    /// otherwise everything stays as it is, for whoever noted may rely on it. Returns after it is durable.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not known to be noted.</exception>
    Task PutOff(InstallationId installation, DeliveryNote known, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>Installations to look at by now, the longest waiting first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<InstallationId>> ReadDue(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>What can be read of the delivery log, also without a running store.</summary>
public interface IDeliveryReader
{
    /// <summary>The state after the last row; null if the installation was never written.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<DeliverySnapshot?> ReadState(InstallationId installation, CancellationToken cancellationToken);

    /// <summary>An installation's rows after a number, in order.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<DeliveryRow> Read(InstallationId installation, long afterNo, CancellationToken cancellationToken);

    /// <summary>An installation's newest rows before a number (<see cref="long.MaxValue"/> for the last ones), newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<DeliveryRow>> ReadNewest(InstallationId installation, long beforeNo, int limit, CancellationToken cancellationToken);

    /// <summary>The rows, in order, whose range of places overlaps the given one.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<DeliveryRow> ReadAbout(InstallationId installation, long firstSeq, long lastSeq, CancellationToken cancellationToken);

    /// <summary>All rows, ordered by installation (ordinal) and number, after a position; for export and verification.</summary>
    IAsyncEnumerable<DeliveryRow> ReadAll(string afterInstallation, long afterNo, CancellationToken cancellationToken);
}

/// <summary>A row with the state it leads to.</summary>
/// <param name="Row">Follows the installation's last row.</param>
/// <param name="DueAt">When somebody must look at the installation next; null if it waits for nothing.</param>
/// <param name="State">Opaque to the store.</param>
public sealed record DeliveryCommit(DeliveryRow Row, DateTimeOffset? DueAt, ReadOnlyMemory<byte> State);

/// <summary>When somebody must look at an installation, as it was noted.</summary>
/// <param name="No">Number of the installation's last row; 0 if there is none.</param>
/// <param name="DueAt">To the millisecond.</param>
public readonly record struct DeliveryNote(long No, DateTimeOffset DueAt);

/// <summary>The state after the last row.</summary>
/// <param name="No">Number of the last row; 0 if there is none.</param>
/// <param name="Hash">Its hash; <see cref="DeliveryRow.NoHash"/> if there is none.</param>
/// <param name="DueAt">When somebody must look at the installation next.</param>
/// <param name="State">Empty if there is no row.</param>
public sealed record DeliverySnapshot(long No, ReadOnlyMemory<byte> Hash, DateTimeOffset? DueAt, ReadOnlyMemory<byte> State);
