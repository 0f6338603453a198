using Marketplace.Storage.Commit;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>What one kind of group writes: one statement for a whole batch.</summary>
internal interface IPostgresInsert<TGroup>
{
    /// <summary>The log's name in the table of probes.</summary>
    string Log { get; }

    /// <summary>One <c>INSERT … SELECT … FROM unnest(…)</c>: all rows of a batch in one statement, one round trip, one transaction.</summary>
    string Sql { get; }

    /// <summary>Adds the statement's parameters, as arrays, in the order of their places.</summary>
    void Bind(ReadOnlySpan<TGroup> groups, NpgsqlParameterCollection parameters);

    /// <summary>Finds out which key of a refused group is taken, where that matters.</summary>
    ValueTask Explain(TGroup group, NpgsqlConnection connection) => ValueTask.CompletedTask;
}

/// <summary>Commits groups into PostgreSQL over one connection that stays open.</summary>
internal sealed class PostgresCommitter<TGroup>(NpgsqlDataSource database, IPostgresInsert<TGroup> insert) : ICommitter<TGroup>
    where TGroup : CommitGroup
{
    private const string Probe = "INSERT INTO probe (log, at) VALUES ($1, now()) ON CONFLICT (log) DO UPDATE SET at = now()";

    private NpgsqlConnection? _connection;
    private NpgsqlCommand? _command;

    public bool IsBlocking => false;

    public async ValueTask Open(CancellationToken cancellationToken)
    {
        _connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var probe = new NpgsqlCommand(Probe, _connection))
        {
            probe.Parameters.Add(new NpgsqlParameter<string> { TypedValue = insert.Log });
            await probe.ExecuteNonQueryAsync(cancellationToken);
        }

        _command = new NpgsqlCommand(insert.Sql, _connection);
    }

    public async ValueTask<bool> TryCommit(ReadOnlyMemory<TGroup> groups)
    {
        var command = _command ?? throw new InvalidOperationException("The store is not open.");
        command.Parameters.Clear();
        insert.Bind(groups.Span, command.Parameters);
        try
        {
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    public async ValueTask Refuse(TGroup group)
    {
        await insert.Explain(group, _connection!);
        group.Refuse();
    }

    public async ValueTask Close()
    {
        if (_connection is { } connection)
        {
            (_connection, _command) = (null, null);
            // A broken connection must not come back from the pool.
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => Close();
}
