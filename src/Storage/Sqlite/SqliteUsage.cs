using Marketplace.Storage.Quotas;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteUsageInsert : ISqliteInsert<UsageSignal>
{
    private SqliteStatement? _statement;

    public void Prepare(SqliteConnection connection) =>
        _statement = SqliteStatement.Insert(
            connection,
            "usage",
            ["installation", "day", "seq", "count", "cumulative", "keyed", "body", "opening", "hash"]
        );

    public void Insert(UsageSignal group)
    {
        var row = group.Row;
        _statement!
            .Bind()
            .Add(row.Installation)
            .Add(row.Day.DayNumber)
            .Add(row.Seq)
            .Add(row.Count)
            .Add(row.Cumulative)
            .Add(row.Keyed)
            .Add(row.Body)
            .AddOrNull(row.Opening)
            .Add(row.Hash)
            .Run();
    }

    public void Dispose() => _statement?.Dispose();
}
