using System.Data.Common;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Runs read statements on pooled connections; a store that does not answer is a <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed class SqliteReads(SqliteFile file) : IStoreReads
{
    public Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    )
    {
        try
        {
            using var connection = file.OpenReader();
            return Task.FromResult(Run(connection, sql, read, parameters));
        }
        catch (SqliteException e)
        {
            file.Examine(e);
            throw new StoreUnavailableException("The store cannot be read now.", e);
        }
    }

    /// <summary>The position is the key of the table.</summary>
    public string HeadOf(string log) => $"SELECT coalesce(max(position), 0) FROM {log}";

    /// <summary>Runs one statement on a connection and reads all its rows.</summary>
    public static List<T> Run<T>(
        SqliteConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        (string Name, object? Value)[] parameters
    )
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            RefusedValues.ThrowIfNone(value);
            command.Parameters.AddWithValue("@" + name, value ?? DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
