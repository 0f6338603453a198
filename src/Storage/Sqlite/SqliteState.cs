using Marketplace.Storage.State;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteStateInsert : ISqliteInsert<StateGroup>
{
    private SqliteCommand? _first;
    private SqliteCommand? _next;

    public void Prepare(SqliteConnection connection)
    {
        _first = Command(
            connection,
            "INSERT INTO state (grain, name, version, payload) VALUES (@grain, @name, 1, @payload) ON CONFLICT (grain, name) DO NOTHING"
        );
        _next = Command(
            connection,
            "UPDATE state SET version = version + 1, payload = @payload WHERE grain = @grain AND name = @name AND version = @expected"
        );
    }

    public void Insert(StateGroup group)
    {
        RefusedValues.ThrowIfNone(group.Grain);
        var command = group.Expected is null ? _first! : _next!;
        command.Parameters["@grain"].Value = group.Grain;
        command.Parameters["@name"].Value = group.Name;
        command.Parameters["@expected"].Value = group.Expected ?? (object)DBNull.Value;
        command.Parameters["@payload"].Value = group.Payload ?? (object)DBNull.Value;
        group.Written = command.ExecuteNonQuery() == 1;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in (ReadOnlySpan<string>)["@grain", "@name", "@expected", "@payload"])
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }
}
