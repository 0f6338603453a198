using System.Data.Common;
using Marketplace.Storage.Sql;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Statements on the shared database.</summary>
internal sealed class PostgresSql(NpgsqlDataSource database, PostgresReads reads, PostgresDamage damage) : IStoreSql
{
    public Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    ) => reads.Read(sql, read, cancellationToken, parameters);

    public string HeadOf(string log) => reads.HeadOf(log);

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
                await using var command = new NpgsqlCommand(statement, connection);
                result = await PostgresReads.Run(command, read, parameters, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage.Examine(e);
            throw RefusedValues.Translate(e, "The store cannot be written now.");
        }
    }
}
