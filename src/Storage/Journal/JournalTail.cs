using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>The journal in commit order on either store.</summary>
/// <param name="store">The store of the journal.</param>
/// <param name="head">The statement that reads the last position.</param>
internal sealed class JournalTail(IStoreReads store, string head) : IJournalTail
{
    /// <summary>On SQLite the table's own key; on PostgreSQL the row that hands positions out, so that no table is read.</summary>
    public const string SqliteHead = "SELECT coalesce(max(position), 0) FROM journal";

    public const string PostgresHead = "SELECT position FROM log_head WHERE log = 'journal'";

    private const string After =
        "SELECT " + LogSql.FactColumns + ", position FROM journal WHERE position > @after ORDER BY position LIMIT @limit";

    public async Task<long> ReadHead(CancellationToken cancellationToken) =>
        (await store.Read(head, static row => row.GetInt64(0), cancellationToken))[0];

    public async Task<IReadOnlyList<AuditItem>> ReadAfter(long position, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            After,
            static row => new AuditItem(row.GetInt64(11), FactRow.Read(row)),
            cancellationToken,
            ("after", position),
            ("limit", limit)
        );
}
