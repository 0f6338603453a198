using System.Globalization;
using Marketplace.Storage.Backup;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Applies the schema in one transaction; of several processes that start at once, one does it and the others wait.</summary>
internal static class PostgresSchema
{
    /// <summary>A table that is there while a restore fills the database.</summary>
    public const string RestoreMark = "restore_in_progress";

    private const long LockKey = 0x6D6B_7470_6C61_6365;

    public static async Task Migrate(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Before the lock, which a running restore holds for as long as it takes, and with it.
        await RequireNoRestore(connection, cancellationToken);
        await Execute(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockKey})"),
            cancellationToken
        );
        await RequireNoRestore(connection, cancellationToken);
        Schema.Check(await Found(connection, cancellationToken), "The database");
        await Execute(connection, Schema.Script("PostgreSql.logs"), cancellationToken);
        await Execute(connection, Schema.Script("PostgreSql.audit"), cancellationToken);
        await Execute(connection, Schema.Script("PostgreSql.orleans"), cancellationToken);
        await Execute(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO schema_version (version) VALUES ({Schema.Version}) ON CONFLICT (only_row) DO UPDATE SET version = "
                    + $"excluded.version"
            ),
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Keeps starting processes waiting until the connection is closed.</summary>
    public static Task Lock(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_lock({LockKey})"), cancellationToken);

    /// <summary>
    /// Notes that the database is being filled. A restore is one transaction: broken off, it leaves a database that looks like a new one.
    /// </summary>
    public static Task MarkRestore(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Execute(connection, $"CREATE TABLE IF NOT EXISTS public.{RestoreMark} ()", cancellationToken);

    public static Task UnmarkRestore(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Execute(connection, $"DROP TABLE public.{RestoreMark}", cancellationToken);

    /// <exception cref="StartRefusedException">A restore was broken off.</exception>
    public static async Task RequireNoRestore(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT to_regclass('public.{RestoreMark}') IS NOT NULL", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            throw RestoreMarker.Refusal($"the database '{connection.Database}'");
        }
    }

    /// <summary>The schema's version; 0 if there is none.</summary>
    public static async Task<int> Found(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('schema_version') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return 0;
        }

        await using var version = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        return Convert.ToInt32(await version.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
