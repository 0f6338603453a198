using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>One prepared insert, used for every row.</summary>
internal sealed class SqliteInsertCommand
{
    private readonly SqliteCommand _command;

    /// <param name="connection">The connection.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Its columns, in the order of the values.</param>
    /// <param name="onConflict">What to do with a row that is there already.</param>
    /// <param name="conflictParameters">Parameters of <paramref name="onConflict"/>; their values follow those of the columns.</param>
    public SqliteInsertCommand(
        SqliteConnection connection,
        string table,
        IReadOnlyList<string> columns,
        string onConflict = "",
        params ReadOnlySpan<string> conflictParameters
    )
    {
        _command = connection.CreateCommand();
        _command.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES "
            + $"({string.Join(", ", columns.Select(column => "@" + column))}) {onConflict}";
        foreach (var column in columns)
        {
            _command.Parameters.Add(new SqliteParameter("@" + column, null));
        }

        foreach (var parameter in conflictParameters)
        {
            _command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        _command.Prepare();
    }

    public void Run(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            RefusedValues.ThrowIfNone(values[i]);
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        _command.ExecuteNonQuery();
    }

    /// <summary>Nothing as SQL's nothing.</summary>
    public static byte[]? OrNull(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : StoreSqlValues.Blob(bytes);
}
