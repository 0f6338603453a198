using System.Globalization;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Applies the schema in one transaction; of several processes that start at once, one does it and the others wait.</summary>
internal static class PostgresSchema
{
    private const long LockKey = 0x6D6B_7470_6C61_6365;

    public static async Task Migrate(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockKey})"), cancellationToken);
        Schema.Check(await Found(connection, cancellationToken), "The database");
        await Execute(connection, Schema.Script("PostgreSql.logs"), cancellationToken);
        await Execute(connection, Schema.Script("PostgreSql.audit"), cancellationToken);
        await Execute(connection, Schema.Script("PostgreSql.orleans"), cancellationToken);
        await Execute(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO schema_version (version) VALUES ({Schema.Version}) ON CONFLICT (only_row) DO UPDATE SET version = excluded.version"),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> Found(NpgsqlConnection connection, CancellationToken cancellationToken)
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
