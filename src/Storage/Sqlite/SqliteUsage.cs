using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteUsageInsert : ISqliteInsert<UsageSignal>
{
    private SqliteInsertCommand? _command;

    public void Prepare(SqliteConnection connection) =>
        _command = new SqliteInsertCommand(
            connection,
            "usage",
            ["installation", "day", "seq", "count", "cumulative", "keyed", "body", "opening", "hash"]
        );

    public void Insert(UsageSignal group)
    {
        var row = group.Row;
        _command!.Run(
            row.Installation.ToString(),
            row.Day.DayNumber,
            row.Seq,
            row.Count,
            row.Cumulative,
            row.Keyed,
            StoreSqlValues.Blob(row.Body),
            SqliteInsertCommand.OrNull(row.Opening),
            StoreSqlValues.Blob(row.Hash)
        );
    }
}
