using Npgsql;

namespace Marketplace.Benchmarks.Copies;

/// <summary>Rows of a PostgreSQL database.</summary>
internal sealed class PostgresRows : IStoreRows
{
    private readonly NpgsqlConnection _connection;

    private PostgresRows(NpgsqlConnection connection) => _connection = connection;

    public static async Task<PostgresRows> Open(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync(cancellationToken);
        return new PostgresRows(connection);
    }

    public async Task<RowSet> Read(string table, string rest, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT * FROM {table} {rest}", _connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await SqliteRows.ReadRows(reader, cancellationToken);
    }

    public async Task<long> Number(string table, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync(cancellationToken) is long number ? number : 0;
    }

    public async Task Write(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var writer = await _connection.BeginBinaryImportAsync(
            $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)",
            cancellationToken
        );
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var value in row)
            {
                await (value is null ? writer.WriteNullAsync(cancellationToken) : writer.WriteAsync(value, cancellationToken));
            }
        }

        await writer.CompleteAsync(cancellationToken);
    }

    public async Task Execute(string table, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task Finish(CancellationToken cancellationToken) => Execute(string.Empty, "VACUUM ANALYZE", cancellationToken);

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}
