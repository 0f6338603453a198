using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Timing;

/// <summary>Deadlines on either store.</summary>
internal sealed class DeadlineRows(IStoreSql store) : IDeadlines
{
    private const string Put = """
        INSERT INTO deadlines (entity, shard, due_at) VALUES (@entity, @shard, @due)
        ON CONFLICT (shard, entity) DO UPDATE SET due_at = excluded.due_at
        """;

    private const string Remove = "DELETE FROM deadlines WHERE shard = @shard AND entity = @entity";

    private const string After = "SELECT entity, due_at FROM deadlines WHERE shard = @shard AND entity > @after ORDER BY entity";

    public Task Set(string shard, string entity, DateTimeOffset? due, CancellationToken cancellationToken) =>
        store.Write([due is null ? Remove : Put], cancellationToken, ("entity", entity), ("shard", shard), ("due", due?.UtcTicks ?? 0));

    public IAsyncEnumerable<Deadline> Read(string shard, CancellationToken cancellationToken) =>
        store.ReadPages(
            After,
            static row => new Deadline(row.GetString(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero)),
            last => [("shard", shard), ("after", last?.Entity ?? string.Empty)],
            cancellationToken
        );
}
