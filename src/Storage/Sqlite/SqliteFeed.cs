using Marketplace.Grains.Sync;
using Marketplace.Sellers;
using Marketplace.Storage.Sync;
using Marketplace.Sync;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteFeedInsert : ISqliteInsert<FeedGroup>
{
    private SqliteInsertCommand? _command;

    public void Prepare(SqliteConnection connection) =>
        _command = new SqliteInsertCommand(
            connection, "feed", ["seller", "seq", "source", "event_id", "type", "subject", "time", "accepted_at", "data", "sealed"]);

    public void Insert(FeedGroup group)
    {
        foreach (var item in group.Events)
        {
            _command!.Run(
                item.Seller.Value,
                item.Seq,
                item.Source,
                item.Id,
                item.Type,
                item.Subject,
                item.Time.ToUnixTimeMilliseconds(),
                item.AcceptedAt.ToUnixTimeMilliseconds(),
                item.Data.ToArray(),
                SqliteInsertCommand.OrNull(item.Sealed));
        }
    }

    public void Explain(FeedGroup group, SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seller FROM feed WHERE source = @source AND event_id = @id";
        var source = command.Parameters.Add("@source", SqliteType.Text);
        var id = command.Parameters.Add("@id", SqliteType.Text);
        var known = new List<int>();
        for (var i = 0; i < group.Events.Count; i++)
        {
            (source.Value, id.Value) = (group.Events[i].Source, group.Events[i].Id);
            if (command.ExecuteScalar() is string seller && seller != group.Key)
            {
                known.Add(i);
            }
        }

        group.Known = known;
    }
}

internal sealed class SqliteFeedReader(SqliteReads reads) : IFeedReader
{
    public IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken) => SqliteReads.Page<FeedEvent>(
        last => reads.List(LogSql.FeedOfSeller, Event, ("@seller", seller.Value), ("@seq", last?.Seq ?? afterSeq)), cancellationToken);

    public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) => SqliteReads.Page<FeedEvent>(
        last => reads.List(LogSql.FeedAll, Event, ("@seller", last?.Seller.Value ?? afterSeller), ("@seq", last?.Seq ?? afterSeq)), cancellationToken);

    private static FeedEvent Event(SqliteDataReader row) => new(
        SellerId.Parse(row.GetString(0), null),
        row.GetInt64(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        SqliteReads.Instant(row, 6),
        SqliteReads.Instant(row, 7),
        SqliteReads.Bytes(row, 8),
        SqliteReads.Bytes(row, 9));
}
