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
            // A batch is a transaction by itself, in one round trip.
            await using var batch = database.CreateBatch();
            foreach (var statement in statements)
            {
                var command = new NpgsqlBatchCommand(statement);
                PostgresReads.Bind(command.Parameters, parameters);
                batch.BatchCommands.Add(command);
            }

            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            do
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(read(reader));
                }
            } while (await reader.NextResultAsync(cancellationToken));

            return rows;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage.Examine(e);
            throw RefusedValues.Translate(e, "The store cannot be written now.");
        }
    }
}
