using Microsoft.Data.Sqlite;

namespace Marketplace.Benchmarks.Copies;

/// <summary>Rows of the SQLite files of a data folder.</summary>
internal sealed class SqliteRows(string folder) : IStoreRows
{
    private readonly Dictionary<string, SqliteConnection> _files = new(StringComparer.Ordinal);

    public async Task<RowSet> Read(string table, string rest, CancellationToken cancellationToken)
    {
        await using var command = Command(table, $"SELECT * FROM {table} {rest}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadRows(reader, cancellationToken);
    }

    public async Task<long> Number(string table, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(table, sql);
        return await command.ExecuteScalarAsync(cancellationToken) is long number ? number : 0;
    }

    public async Task Write(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var transaction = await File(table).BeginTransactionAsync(cancellationToken);
        var names = columns.Select((_, place) => $"@p{place}").ToArray();
        await using var insert = Command(table, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)})");
        insert.Transaction = (SqliteTransaction)transaction;
        var parameters = names.Select(name => insert.Parameters.AddWithValue(name, DBNull.Value)).ToArray();
        foreach (var row in rows)
        {
            for (var place = 0; place < row.Length; place++)
            {
                parameters[place].Value = row[place] ?? DBNull.Value;
            }

            insert.ExecuteNonQuery();
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task Execute(string table, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(table, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task Finish(CancellationToken cancellationToken)
    {
        foreach (var (_, file) in _files)
        {
            await using var command = file.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values)
        {
            await file.DisposeAsync();
        }
    }

    internal static async Task<RowSet> ReadRows(System.Data.Common.DbDataReader reader, CancellationToken cancellationToken)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object[columns.Count];
            reader.GetValues(row);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return new RowSet(columns, rows);
    }

    private SqliteCommand Command(string table, string sql)
    {
        var command = File(table).CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private SqliteConnection File(string table)
    {
        var name = table switch
        {
            "journal" or "feed" or "usage" => table,
            "document" => "documents",
            _ => "audit",
        };
        if (!_files.TryGetValue(name, out var file))
        {
            file = new SqliteConnection($"Data Source={Path.Combine(folder, name + ".db")};Mode=ReadWrite;Pooling=false");
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536";
            command.ExecuteNonQuery();
            _files[name] = file;
        }

        return file;
    }
}
