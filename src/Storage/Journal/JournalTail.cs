using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>The journal in commit order on either store.</summary>
internal sealed class JournalTail(IStoreReads store, AppendSignal appended) : IJournalTail
{
    private const string After =
        "SELECT " + FactRow.Columns + ", position FROM journal WHERE position > @after ORDER BY position LIMIT @limit";

    public AppendSignal Appended => appended;

    public async Task<long> ReadHead(CancellationToken cancellationToken) =>
        (await store.Read(store.HeadOf("journal"), static row => row.GetInt64(0), cancellationToken))[0];

    public async Task<IReadOnlyList<AuditItem>> ReadAfter(long position, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            After,
            static row => new AuditItem(row.GetInt64(11), FactRow.Read(row)),
            cancellationToken,
            ("after", position),
            ("limit", limit)
        );
}
