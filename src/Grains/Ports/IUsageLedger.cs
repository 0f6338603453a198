using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>The usage ledger: rows of settled calls. (installation, day, seq) is unique.</summary>
/// <remarks>
/// Writes are pulled: a source signals that it has calls to commit, and the ledger's one writer takes a row from each signalled source when
/// it composes the next transaction. So a row contains everything its installation settled during the previous commit.
/// </remarks>
public interface IUsageLedger : IUsageReader
{
    /// <summary>
    /// True if the ledger accepts calls now. False while the store is down or more than the configured number of sources wait; calls are
    /// then refused before they are reserved.
    /// </summary>
    bool IsAccepting { get; }

    /// <summary>Adds a source to the writer's queue; each row needs one signal. Returns false if the ledger does not accept it.</summary>
    bool Signal(IUsageSource source);
}

/// <summary>Read access to the usage ledger, also without a running store.</summary>
public interface IUsageReader
{
    /// <summary>The last row of each day from <paramref name="from"/> to <paramref name="to"/> (inclusive) that has rows, by day.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    );

    /// <summary>The first row of each day in the range, which contains the day's price book, by day.</summary>
    Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    );

    /// <summary>The installation's last row before a day, or null: the day's first row is chained to it.</summary>
    Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken);

    /// <summary>The rows of a day, in order; only those with idempotency keys if <paramref name="keyedOnly"/>.</summary>
    IAsyncEnumerable<UsageRow> ReadDay(InstallationId installation, DateOnly day, bool keyedOnly, CancellationToken cancellationToken);

    /// <summary>The rows of a day after one of them, in order; all of them after 0.</summary>
    IAsyncEnumerable<UsageRow> ReadDayAfter(InstallationId installation, DateOnly day, int afterSeq, CancellationToken cancellationToken);

    /// <summary>One row, or null.</summary>
    Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken);

    /// <summary>All rows ordered by installation (ordinal), day and seq, after a position; for export and verification.</summary>
    IAsyncEnumerable<UsageRow> ReadAll(string afterInstallation, DateOnly afterDay, int afterSeq, CancellationToken cancellationToken);
}

/// <summary>One installation's side of a ledger commit. The writer calls the members one at a time, from its own thread.</summary>
public interface IUsageSource
{
    /// <summary>The next row, or null if there is nothing left to commit. Exactly one of the three methods below follows a row.</summary>
    UsageRow? CutRow();

    /// <summary>The row is durable.</summary>
    void Committed(UsageRow row);

    /// <summary>Another activation has written a row with this key: this one was not written, and the source must close.</summary>
    void Fenced(UsageRow row);

    /// <summary>The store failed: it is unknown whether the row was written. The source must close and be reloaded.</summary>
    void Failed(UsageRow row, Exception cause);
}
