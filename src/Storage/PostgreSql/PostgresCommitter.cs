using Marketplace.Storage.Commit;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>What one kind of group writes: one statement for a whole batch.</summary>
internal interface IPostgresInsert<TGroup>
{
    /// <summary>The log's name in the tables of probes and heads.</summary>
    string Log { get; }

    /// <summary>
    /// One <c>INSERT … SELECT … FROM unnest(…)</c>: all rows of a batch in one statement, one round trip, one transaction.
    /// </summary>
    string Sql { get; }

    /// <summary>Makes the statement's columns, in the order of its parameters.</summary>
    void Prepare(Columns columns);

    /// <summary>Adds a group's rows to the columns.</summary>
    void Add(TGroup group);

    /// <summary>Finds out which key of a refused group is taken, where that matters.</summary>
    ValueTask Explain(TGroup group, NpgsqlConnection connection) => ValueTask.CompletedTask;
}

/// <summary>Commits groups into PostgreSQL over one connection that stays open.</summary>
internal sealed class PostgresCommitter<TGroup>(NpgsqlDataSource database, IPostgresInsert<TGroup> insert, PostgresDamage damage)
    : ICommitter<TGroup>
    where TGroup : CommitGroup
{
    private const string Probe = "INSERT INTO probe (log, at) VALUES ($1, now()) ON CONFLICT (log) DO UPDATE SET at = now()";

    // A commit that is not synced must never be acknowledged, whatever the server's default is.
    private const string Synced =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    private NpgsqlConnection? _connection;
    private NpgsqlCommand? _command;
    private Columns? _columns;

    public bool IsBlocking => false;

    public async ValueTask Open(CancellationToken cancellationToken)
    {
        try
        {
            await OpenLog(cancellationToken);
        }
        catch (PostgresException e)
        {
            damage.Examine(e);
            throw;
        }
    }

    private async ValueTask OpenLog(CancellationToken cancellationToken)
    {
        _connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var synced = new NpgsqlCommand(Synced, _connection))
        {
            await synced.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var probe = new NpgsqlCommand(Probe, _connection))
        {
            probe.Parameters.Add(new NpgsqlParameter<string> { TypedValue = insert.Log });
            await probe.ExecuteNonQueryAsync(cancellationToken);
        }

        _command = new NpgsqlCommand(insert.Sql, _connection);
        _columns = new Columns(_command.Parameters);
        insert.Prepare(_columns);
        await _command.PrepareAsync(cancellationToken);

        // Inserting nothing takes the locks that inserting takes: a log whose tables are locked is not open yet.
        await _command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<TGroup> groups)
    {
        _columns!.Clear();
        foreach (var group in groups.Span)
        {
            insert.Add(group);
        }

        if (!_columns.CanBeKept)
        {
            return CommitOutcome.Invalid(RefusedValues.Exception());
        }

        try
        {
            await _command!.ExecuteNonQueryAsync();
            return CommitOutcome.Committed;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return CommitOutcome.KeyConflict;
        }
        catch (PostgresException e) when (RefusedValues.IsFaultOfValues(e.SqlState))
        {
            return CommitOutcome.Invalid(RefusedValues.Exception(e));
        }
        catch (PostgresException e)
        {
            damage.Examine(e);
            throw;
        }
    }

    public ValueTask Explain(TGroup group) => insert.Explain(group, _connection!);

    public async ValueTask Close()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        (_connection, _command) = (null, null);
        try
        {
            // A broken connection must not come back from the pool, nor make each of the next reads fail.
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException) { }
    }

    public ValueTask DisposeAsync() => Close();
}
