using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Events;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteFeedInsert : ISqliteInsert<FeedGroup>
{
    private SqliteInsertCommand? _command;

    public void Prepare(SqliteConnection connection) =>
        _command = new SqliteInsertCommand(
            connection,
            "feed",
            ["seller", "seq", "event_key", "source", "event_id", "type", "subject", "time", "accepted_at", "data", "sealed"]
        );

    public void Insert(FeedGroup group)
    {
        for (var i = 0; i < group.Events.Count; i++)
        {
            var item = group.Events[i];
            _command!.Run(
                item.Seller.Value,
                item.Seq,
                group.Keys[i],
                item.Source,
                item.Id,
                item.Type,
                item.Subject,
                FeedInstant.ToTicks(item.Time),
                FeedInstant.ToTicks(item.AcceptedAt),
                SqliteInsertCommand.Blob(item.Data),
                SqliteInsertCommand.OrNull(item.Sealed)
            );
        }
    }

    public void Explain(FeedGroup group, SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seller FROM feed WHERE event_key = @key";
        var key = command.Parameters.Add("@key", SqliteType.Blob);
        var taken = new List<byte[]>();
        foreach (var candidate in group.Keys)
        {
            key.Value = candidate;
            if (command.ExecuteScalar() is string seller && seller != group.Key)
            {
                taken.Add(candidate);
            }
        }

        group.Known = group.PlacesOf(taken);
    }
}

internal sealed class SqliteFeedReader(SqliteReads reads) : IFeedReader
{
    public IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken) =>
        SqliteReads.Page<FeedEvent>(
            last => reads.List(LogSql.FeedOfSeller, Event, ("@seller", seller.Value), ("@seq", last?.Seq ?? afterSeq)),
            cancellationToken
        );

    public Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FeedEvent>>(
            reads.List(LogSql.FeedPage, Event, ("@seller", seller.Value), ("@seq", afterSeq), ("@limit", limit))
        );

    public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) =>
        SqliteReads.Page<FeedEvent>(
            last => reads.List(LogSql.FeedAll, Event, ("@seller", last?.Seller.Value ?? afterSeller), ("@seq", last?.Seq ?? afterSeq)),
            cancellationToken
        );

    private static FeedEvent Event(SqliteDataReader row) =>
        new(
            SellerId.Parse(row.GetString(0), null),
            row.GetInt64(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.GetString(5),
            FeedInstant.FromTicks(row.GetInt64(6)),
            FeedInstant.FromTicks(row.GetInt64(7)),
            SqliteReads.Bytes(row, 8),
            SqliteReads.Bytes(row, 9)
        );
}
