using Marketplace.Deliveries;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>
/// The delivery log: for each installation the rows of its deliveries, chained, with the resulting state. A row and its state are one
/// transaction; (installation, no) is unique.
/// </summary>
public interface IDeliveryLog : IDeliveryReader
{
    /// <summary>
    /// Appends a row and replaces the state, and returns after both are durable. The wake-up is replaced if it is the one the writer knows;
    /// otherwise the earlier of the two stands, because another activation may rely on what it has written since.
    /// </summary>
    /// <returns>False if another activation has appended: nothing was written, and the caller's state is stale.</returns>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed; the caller must restart from the store.</exception>
    Task<bool> Append(DeliveryCommit commit, CancellationToken cancellationToken);

    /// <summary>
    /// Schedules an installation's next wake-up without a row; one that was never written gets an empty state. Returns after it is durable.
    /// Needs no fence: a surplus wake-up changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Mark(InstallationId installation, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>
    /// After a wake-up: replaces the wake-up known to the caller by a later one, or none. Does nothing if another row or wake-up was
    /// written since: its writer relies on it. Returns after it is durable.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task PutOff(InstallationId installation, KnownWakeUp known, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>Installations with a due wake-up, the longest waiting first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<InstallationId>> ReadDue(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>Read access to the delivery log, also without a running store.</summary>
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

    /// <summary>The rows, in order, with ranges of positions that overlap the given one.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<DeliveryRow> ReadAbout(InstallationId installation, long firstSeq, long lastSeq, CancellationToken cancellationToken);

    /// <summary>All rows, ordered by installation (ordinal) and number, after a position; for export and verification.</summary>
    IAsyncEnumerable<DeliveryRow> ReadAll(string afterInstallation, long afterNo, CancellationToken cancellationToken);
}

/// <summary>A row with the resulting state.</summary>
/// <param name="Row">Follows the installation's last row.</param>
/// <param name="DueAt">The installation's next wake-up; null if it waits for nothing.</param>
/// <param name="State">Opaque to the store.</param>
public sealed record DeliveryCommit(DeliveryRow Row, DateTimeOffset? DueAt, ReadOnlyMemory<byte> State)
{
    /// <summary>The stored wake-up as the writer knows it, in milliseconds; null if it knows of none.</summary>
    public DateTimeOffset? KnownDueAt { get; init; }
}

/// <summary>An installation's stored wake-up.</summary>
/// <param name="No">Number of the installation's last row; 0 without rows.</param>
/// <param name="DueAt">Truncated to milliseconds.</param>
public readonly record struct KnownWakeUp(long No, DateTimeOffset DueAt);

/// <summary>The state after the last row.</summary>
/// <param name="No">Number of the last row; 0 without rows.</param>
/// <param name="Hash">Its hash; <see cref="DeliveryRow.NoHash"/> without rows.</param>
/// <param name="DueAt">The installation's next wake-up.</param>
/// <param name="State">Empty without rows.</param>
public sealed record DeliverySnapshot(long No, ReadOnlyMemory<byte> Hash, DateTimeOffset? DueAt, ReadOnlyMemory<byte> State);
