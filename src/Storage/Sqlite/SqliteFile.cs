using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>One SQLite file of the data folder: each log has its own, so that none waits for another's writer lock or sync.</summary>
internal sealed class SqliteFile(string path, TimeSpan timeout)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    public string Path => path;

    /// <summary>Called when SQLite finds the file damaged while it is in use; null in tools that do not serve from it.</summary>
    public Action<string>? Damaged { get; set; }

    /// <summary>Checks whether a failure means that the file is damaged, and reports it.</summary>
    public void Examine(SqliteException failure)
    {
        if (failure.SqliteErrorCode is Corrupt or NotADatabase)
        {
            Damaged?.Invoke($"{System.IO.Path.GetFileName(path)} is damaged ({failure.Message})");
        }
    }

    /// <summary>Opens the writer's connection: write-ahead log, synced at every commit.</summary>
    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate, pooling: false);
        Execute(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint={SqliteCheckpoints.MaxPages};"
            )
        );
        return connection;
    }

    /// <summary>Opens a connection that closes the file when it is disposed of; leaves the file's modes as they are.</summary>
    public SqliteConnection OpenUnpooled(bool write) =>
        Open(write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly, pooling: false);

    /// <summary>Opens a pooled connection that cannot write.</summary>
    public SqliteConnection OpenReader() => Open(SqliteOpenMode.ReadOnly, pooling: true);

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The one number that a statement answers.</summary>
    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static bool HasTable(SqliteConnection connection, string table) =>
        Exists(connection, "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @table)", ("@table", table));

    public static bool HasColumn(SqliteConnection connection, string table, string column) =>
        Exists(
            connection,
            "SELECT EXISTS (SELECT 1 FROM pragma_table_info(@table) WHERE name = @column)",
            ("@table", table),
            ("@column", column)
        );

    private static bool Exists(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command.ExecuteScalar() is 1L;
    }

    private SqliteConnection Open(SqliteOpenMode mode, bool pooling)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = pooling,
                DefaultTimeout = (int)Math.Ceiling(timeout.TotalSeconds),
            }.ToString()
        );
        connection.Open();
        return connection;
    }
}
