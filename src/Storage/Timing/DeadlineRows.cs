using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Timing;

/// <summary>Deadlines on either store.</summary>
internal sealed class DeadlineRows(IStoreSql store) : IDeadlines
{
    private const string Mine = "SELECT 1 FROM deadline_shards WHERE shard = @shard AND epoch = @epoch";

    // Locks the shard until the end of the transaction: a claim waits for it, and reads what it wrote.
    private const string Hold = "UPDATE deadline_shards SET writes = writes + 1 WHERE shard = @shard AND epoch = @epoch";

    private const string After = "SELECT entity, due_at FROM deadlines WHERE shard = @shard AND entity > @after ORDER BY entity";

    public async Task<long> Claim(string shard, CancellationToken cancellationToken)
    {
        var rows = await store.Write(
            [
                "INSERT INTO deadline_shards (shard, epoch, writes) VALUES (@shard, 1, 0) "
                    + "ON CONFLICT (shard) DO UPDATE SET epoch = deadline_shards.epoch + 1 RETURNING epoch",
            ],
            static row => row.GetInt64(0),
            cancellationToken,
            ("shard", shard)
        );
        return rows[0];
    }

    public async Task<bool> Set(string shard, long epoch, IReadOnlyCollection<DeadlineChange> changes, CancellationToken cancellationToken)
    {
        var (set, removed) = (
            changes.Where(static change => change.Due is not null).ToArray(),
            changes.Where(static change => change.Due is null).ToArray()
        );
        List<string> statements = [Hold];
        if (set.Length > 0)
        {
            var rows = StoreSqlValues.NumberedRows(set.Length, "(@e#, @d#)");
            statements.Add(
                $"INSERT INTO deadlines (shard, entity, due_at) SELECT @shard, v.column1, v.column2 FROM (VALUES {rows}) AS v "
                    + $"WHERE EXISTS ({Mine}) ON CONFLICT (shard, entity) DO UPDATE SET due_at = excluded.due_at"
            );
        }

        if (removed.Length > 0)
        {
            var entities = StoreSqlValues.NumberedRows(removed.Length, "@r#");
            statements.Add($"DELETE FROM deadlines WHERE shard = @shard AND entity IN ({entities}) AND EXISTS ({Mine})");
        }

        statements.Add(Mine);
        var answer = await store.Write(
            statements,
            static row => row.GetInt32(0),
            cancellationToken,
            [
                ("shard", shard),
                ("epoch", epoch),
                .. StoreSqlValues.Numbered("e", set.Select(static change => change.Entity)),
                .. StoreSqlValues.Numbered("d", set.Select(static change => change.Due!.Value.UtcTicks)),
                .. StoreSqlValues.Numbered("r", removed.Select(static change => change.Entity)),
            ]
        );
        return answer.Count == 1;
    }

    public IAsyncEnumerable<Deadline> Read(string shard, CancellationToken cancellationToken) =>
        store.ReadPages(
            After,
            static row => new Deadline(row.GetString(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero)),
            last => [("shard", shard), ("after", last?.Entity ?? string.Empty)],
            cancellationToken
        );
}
