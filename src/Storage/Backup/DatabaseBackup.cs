using System.Globalization;
using Marketplace.Storage.PostgreSql;
using Npgsql;

namespace Marketplace.Storage.Backup;

/// <summary>
/// Copies a PostgreSQL store as of one instant, even while servers write to it, and restores a copy into an empty database.
/// </summary>
/// <remarks>Uses PostgreSQL's own programs on a snapshot taken here, so that instant and schema version match the copy.</remarks>
public static class DatabaseBackup
{
    internal const string Store = "postgresql";
    private const string DumpFile = "marketplace.dump";

    /// <summary>Copies the store into a new or empty folder.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="target">The folder.</param>
    /// <param name="cancellationToken">Also stops the copying program.</param>
    /// <exception cref="StartRefusedException">There is no store, the folder is unusable, or pg_dump is missing or fails.</exception>
    public static async Task<BackupManifest> Backup(string connectionString, string target, CancellationToken cancellationToken)
    {
        var dump = PostgresTools.Find("pg_dump", Environment.GetEnvironmentVariable("PATH"));
        await using var connection = await Open(connectionString, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await PostgresSchema.RequireNoRestore(connection, cancellationToken);
        var version = await PostgresSchema.Found(connection, cancellationToken);
        if (version == 0)
        {
            throw new StartRefusedException(
                $"there is no store in the database '{connection.Database}'; name it with {StorageOptions.Section}:ConnectionString.",
                StartRefusedException.Failed
            );
        }

        var (snapshot, madeAt) = await Snapshot(connection, cancellationToken);
        var draft = BackupFolder.Draft(target);
        await PostgresTools.Run(
            dump,
            connectionString,
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--no-password",
                "--snapshot=" + snapshot,
                "--file=" + Path.Combine(draft, DumpFile),
            ],
            cancellationToken
        );
        return await BackupFolder.Finish(draft, target, Store, madeAt, version, cancellationToken);
    }

    /// <summary>Restores a backup into an empty database. Overwrites nothing: the earlier store stays in a database of its own.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="source">The backup's folder.</param>
    /// <param name="cancellationToken">Also stops the restoring program; its changes are rolled back.</param>
    /// <exception cref="StartRefusedException">
    /// The backup is incomplete, the database is not empty, or pg_restore is missing or fails.
    /// </exception>
    public static async Task<BackupManifest> Restore(string connectionString, string source, CancellationToken cancellationToken)
    {
        var restore = PostgresTools.Find("pg_restore", Environment.GetEnvironmentVariable("PATH"));
        var manifest = await BackupFolder.Open(source, Store, cancellationToken);
        await using var connection = await Open(connectionString, cancellationToken);

        // A server that starts meanwhile waits for this lock, and then finds the marker or the complete store.
        await PostgresSchema.Lock(connection, cancellationToken);
        await RequireEmpty(connection, cancellationToken);
        await PostgresSchema.MarkRestore(connection, cancellationToken);
        await PostgresTools.Run(
            restore,
            connectionString,
            [
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                "--no-password",
                "--dbname=" + connection.Database,
                Path.Combine(source, DumpFile),
            ],
            cancellationToken
        );
        await PostgresSchema.UnmarkRestore(connection, cancellationToken);
        return manifest;
    }

    private static async Task<NpgsqlConnection> Open(string connectionString, CancellationToken cancellationToken)
    {
        // The copy may take hours, during which this connection only holds the snapshot or the lock.
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 30 }.ToString()
        );
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task<(string Name, DateTimeOffset At)> Snapshot(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_export_snapshot(), clock_timestamp()", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
    }

    private static async Task RequireEmpty(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                + "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND c.relkind IN "
                + "('r', 'p', 'v', 'm', 'S') "
                + $"AND c.relname <> '{PostgresSchema.RestoreMark}'",
            connection
        );
        var tables = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        if (tables > 0)
        {
            throw new StartRefusedException(
                $"the database '{connection.Database}' is not empty; make a new one (createdb) and name it in "
                    + $"{StorageOptions.Section}:ConnectionString.",
                StartRefusedException.Failed
            );
        }
    }
}
