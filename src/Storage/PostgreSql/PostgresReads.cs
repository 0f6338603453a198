using System.Runtime.CompilerServices;
using Marketplace.Storage.Sql;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Runs read statements; a store that does not answer is a <see cref="StoreUnavailableException"/>.</summary>
/// <param name="database">The pool.</param>
/// <param name="places">Reads at once; fewer than the pool has connections, so that writes find one.</param>
/// <param name="damage">Is shown what fails; null where no process serves from the database.</param>
internal sealed class PostgresReads(NpgsqlDataSource database, int places = PostgresReads.OfTool, PostgresDamage? damage = null)
    : IDisposable
{
    /// <summary>Of the offline tool, which reads one log after the other.</summary>
    public const int OfTool = 4;

    // A thousand grains that start at once wait here for their turn; in the pool they would wait for a connection until it times out.
    private readonly SemaphoreSlim _places = new(places);

    /// <summary>All rows of a bounded statement.</summary>
    public Task<List<T>> List<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object Value)[] parameters
    ) => List(sql, read, command => Bind(command, parameters), cancellationToken);

    private static void Bind(NpgsqlCommand command, (string Name, object Value)[] parameters)
    {
        foreach (var (name, value) in parameters)
        {
            RefusedValues.ThrowIfNone(value);
            command.Parameters.AddWithValue(name, value);
        }
    }

    /// <summary>As the other, with parameters that the caller binds.</summary>
    public async Task<List<T>> List<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        Action<NpgsqlCommand> bind,
        CancellationToken cancellationToken
    )
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await using var command = database.CreateCommand(sql);
            bind(command);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage?.Examine(e);
            throw RefusedValues.Told(e, "The store cannot be read now.");
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Pages through a log: <paramref name="next"/> reads the page after the last row of the page before.</summary>
    public static async IAsyncEnumerable<T> Page<T>(
        Func<T?, Task<List<T>>> next,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : class
    {
        for (T? last = null; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await next(last);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < LogSql.PageRows)
            {
                yield break;
            }

            last = page[^1];
        }
    }

    public void Dispose() => _places.Dispose();

    public static ReadOnlyMemory<byte> Bytes(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? ReadOnlyMemory<byte>.Empty : reader.GetFieldValue<byte[]>(column);

    public static DateTimeOffset Instant(NpgsqlDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));
}
