using System.Data.Common;
using Marketplace.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Statements on the shared database.</summary>
internal sealed class PostgresSql(NpgsqlDataSource database, PostgresReads reads, PostgresDamage? damage = null) : IStoreSql
{
    public Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    ) => reads.List(sql, read, command => Bind(command, parameters), cancellationToken);

    public async Task<List<T>> Write<T>(
        IReadOnlyList<string> statements,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    )
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = new List<T>();
            foreach (var statement in statements)
            {
                result = await Run(connection, statement, read, parameters, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage?.Examine(e);
            throw RefusedValues.Told(e, "The store cannot be written now.");
        }
    }

    private static async Task<List<T>> Run<T>(
        NpgsqlConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        (string Name, object? Value)[] parameters,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        Bind(command, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    // Nothing has no type; where a statement asks for one, it is a text.
    private static void Bind(NpgsqlCommand command, (string Name, object? Value)[] parameters)
    {
        foreach (var (name, value) in parameters)
        {
            RefusedValues.ThrowIfNone(value);
            command.Parameters.Add(
                value switch
                {
                    null => new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = DBNull.Value },
                    _ => new NpgsqlParameter(name, value),
                }
            );
        }
    }
}
