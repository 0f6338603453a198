using System.Data.Common;
using Marketplace.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Runs read statements; a store that does not answer is a <see cref="StoreUnavailableException"/>.</summary>
/// <param name="database">The pool.</param>
/// <param name="places">Reads at once; fewer than the pool has connections, so that writes find one.</param>
/// <param name="damage">Is shown what fails; null where no process serves from the database.</param>
internal sealed class PostgresReads(NpgsqlDataSource database, int places = PostgresReads.OfTool, PostgresDamage? damage = null)
    : IStoreReads,
        IDisposable
{
    /// <summary>Of the offline tool, which reads one log after the other.</summary>
    public const int OfTool = 4;

    // A thousand grains that start at once wait here for their turn; in the pool they would wait for a connection until it times out.
    private readonly SemaphoreSlim _places = new(places);

    public async Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    )
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await using var command = database.CreateCommand(sql);
            return await Run(command, read, parameters, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage?.Examine(e);
            throw RefusedValues.Translate(e, "The store cannot be read now.");
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The row that hands positions out, so that no table is read.</summary>
    public string HeadOf(string log) => $"SELECT position FROM log_head WHERE log = '{log}'";

    /// <summary>Runs one statement and reads all its rows.</summary>
    public static async Task<List<T>> Run<T>(
        NpgsqlCommand command,
        Func<DbDataReader, T> read,
        (string Name, object? Value)[] parameters,
        CancellationToken cancellationToken
    )
    {
        Bind(command.Parameters, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    // Nothing has no type; where a statement asks for one, it is a text.
    internal static void Bind(NpgsqlParameterCollection bound, (string Name, object? Value)[] parameters)
    {
        foreach (var (name, value) in parameters)
        {
            RefusedValues.ThrowIfNone(value);
            bound.Add(
                value switch
                {
                    null => new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = DBNull.Value },
                    _ => new NpgsqlParameter(name, value),
                }
            );
        }
    }

    public void Dispose() => _places.Dispose();
}
