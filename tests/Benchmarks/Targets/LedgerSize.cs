using Microsoft.Data.Sqlite;
using Npgsql;

namespace Marketplace.Benchmarks.Targets;

/// <summary>Bytes that the usage ledger takes in its store, tables with indexes.</summary>
internal sealed class LedgerSize(StoreKind kind, string dataFolder, string connection)
{
    private const string PostgresLedger = """
        SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relname ~ 'ledger|usage'
        """;

    /// <summary>Bytes now, pages not yet moved from SQLite's write-ahead log counted.</summary>
    public Task<long> Read(CancellationToken cancellationToken) =>
        kind == StoreKind.Sqlite ? Task.FromResult(ReadSqlite()) : ReadPostgres(cancellationToken);

    private long ReadSqlite() => Directory.EnumerateFiles(dataFolder, "*", SearchOption.AllDirectories).Where(IsLedger).Sum(PagesOf);

    private static bool IsLedger(string file)
    {
        var name = Path.GetFileName(file);
        return (name.Contains("ledger", StringComparison.OrdinalIgnoreCase) || name.Contains("usage", StringComparison.OrdinalIgnoreCase))
            && !name.EndsWith("-wal", StringComparison.Ordinal)
            && !name.EndsWith("-shm", StringComparison.Ordinal);
    }

    private static long PagesOf(string file)
    {
        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText =
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        return (long)command.ExecuteScalar()!;
    }

    private async Task<long> ReadPostgres(CancellationToken cancellationToken)
    {
        await using var database = new NpgsqlConnection(connection + ";Pooling=false");
        await database.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(PostgresLedger, database);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
