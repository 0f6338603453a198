using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Grains.Ports;

/// <summary>The usage ledger: rows of settled calls. (installation, day, seq) is unique.</summary>
/// <remarks>
/// Writing is by pull: a source says that it has calls to commit, and the ledger's one writer takes a row from each such source
/// when it composes the next transaction. So a row holds whatever its installation settled while the previous commit ran.
/// </remarks>
public interface IUsageLedger : IUsageReader
{
    /// <summary>
    /// True if the ledger takes calls now. False while the store is down or more than the configured number of sources wait;
    /// a call is then refused before it is reserved.
    /// </summary>
    bool IsAccepting { get; }

    /// <summary>
    /// Puts a source into the writer's queue; each of its rows costs one signal. Returns false if the ledger does not take it.
    /// </summary>
    bool Signal(IUsageSource source);
}

/// <summary>What can be read of the usage ledger, also without a running store.</summary>
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

    /// <summary>The first row of each day in the range (it holds the day's price book), by day.</summary>
    Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    );

    /// <summary>The installation's last row before a day, or null: what the day's first row is chained to.</summary>
    Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken);

    /// <summary>The rows of a day, in order; only those with idempotency keys where <paramref name="keyedOnly"/>.</summary>
    IAsyncEnumerable<UsageRow> ReadDay(InstallationId installation, DateOnly day, bool keyedOnly, CancellationToken cancellationToken);

    /// <summary>The rows of a day after one of them, in order; all of them after 0.</summary>
    IAsyncEnumerable<UsageRow> ReadDayAfter(InstallationId installation, DateOnly day, int afterSeq, CancellationToken cancellationToken);

    /// <summary>One row, or null.</summary>
    Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken);

    /// <summary>All rows ordered by installation (ordinal), day and seq, after a position; for export and verification.</summary>
    IAsyncEnumerable<UsageRow> ReadAll(string afterInstallation, DateOnly afterDay, int afterSeq, CancellationToken cancellationToken);
}

/// <summary>One installation's side of a ledger commit. The writer calls the members one after the other, from its own thread.</summary>
public interface IUsageSource
{
    /// <summary>The next row, or null if there is nothing to commit any more. Exactly one of the three below follows a row.</summary>
    UsageRow? TakeRow();

    /// <summary>The row is durable.</summary>
    void Committed(UsageRow row);

    /// <summary>The row's key is taken by another activation: nothing of it was written and the source must close.</summary>
    void Fenced(UsageRow row);

    /// <summary>The store failed: it is unknown whether the row is written. The source must close and be read anew.</summary>
    void Failed(UsageRow row, Exception cause);
}
