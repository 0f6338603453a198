using System.Data.Common;
using System.Runtime.CompilerServices;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Runs read statements on pooled connections; a store that does not answer is a <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed class SqliteReads(SqliteFile file) : IStoreReads
{
    /// <summary>All rows of a bounded statement.</summary>
    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        try
        {
            using var connection = file.OpenReader();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                RefusedValues.ThrowIfNone(value);
                command.Parameters.AddWithValue(name, value);
            }

            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (SqliteException e)
        {
            file.Examine(e);
            throw new StoreUnavailableException("The store cannot be read now.", e);
        }
    }

    public Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    ) => Task.FromResult(List(sql, read, Array.ConvertAll(parameters, pair => ("@" + pair.Name, pair.Value ?? DBNull.Value))));

    /// <summary>Pages through a log: <paramref name="next"/> reads the page after the last row of the page before.</summary>
    public static async IAsyncEnumerable<T> Page<T>(Func<T?, List<T>> next, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        for (T? last = null; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = next(last);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < LogSql.PageRows)
            {
                yield break;
            }

            last = page[^1];
            // Reading SQLite blocks; between pages others get their turn.
            await Task.Yield();
        }
    }

    public static ReadOnlyMemory<byte> Bytes(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? ReadOnlyMemory<byte>.Empty : (byte[])reader.GetValue(column);

    public static DateTimeOffset Instant(SqliteDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));
}
