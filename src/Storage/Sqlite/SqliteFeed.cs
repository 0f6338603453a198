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
                StoreSqlValues.Blob(item.Data),
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
