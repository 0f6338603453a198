using Marketplace.Storage.Events;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteFeedInsert : ISqliteInsert<FeedGroup>
{
    private SqliteStatement? _statement;

    public void Prepare(SqliteConnection connection) =>
        _statement = SqliteStatement.Insert(
            connection,
            "feed",
            ["seller", "seq", "event_key", "source", "event_id", "type", "subject", "time", "accepted_at", "data", "sealed"]
        );

    public void Insert(FeedGroup group)
    {
        for (var i = 0; i < group.Events.Count; i++)
        {
            var item = group.Events[i];
            _statement!
                .Bind()
                .Add(item.Seller.Value)
                .Add(item.Seq)
                .Add(group.Keys[i])
                .Add(item.Source)
                .Add(item.Id)
                .Add(item.Type)
                .Add(item.Subject)
                .Add(FeedInstant.ToTicks(item.Time))
                .Add(FeedInstant.ToTicks(item.AcceptedAt))
                .Add(item.Data)
                .AddOrNull(item.Sealed)
                .Run();
        }
    }

    public void Dispose() => _statement?.Dispose();

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
