using Marketplace.Storage.Commit;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>What one kind of group writes. Disposed of before its connection is closed; the next one prepares it again.</summary>
internal interface ISqliteInsert<TGroup> : IDisposable
{
    /// <summary>Makes the statements on a fresh connection.</summary>
    void Prepare(SqliteConnection connection);

    /// <summary>Adds a group to the open transaction.</summary>
    void Insert(TGroup group);

    /// <summary>Finds out which key of a refused group is taken, where that matters.</summary>
    void Explain(TGroup group, SqliteConnection connection) { }

    void IDisposable.Dispose() { }
}

/// <summary>Commits groups into one SQLite file, from the writer's own thread.</summary>
internal sealed class SqliteCommitter<TGroup>(SqliteFile file, ISqliteInsert<TGroup> insert) : ICommitter<TGroup>
    where TGroup : CommitGroup
{
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int PrimaryKeyConstraint = 1555;
    private const int UniqueConstraint = 2067;

    private const string Probe = "INSERT INTO probe (id, at) VALUES (1, strftime('%s')) ON CONFLICT (id) DO UPDATE SET at = excluded.at;";

    private readonly SqliteCheckpoints _checkpoints = new(file);
    private SqliteConnection? _connection;
    private SqliteCommand? _begin;
    private SqliteCommand? _commit;

    public bool IsBlocking => true;

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("The store is not open.");

    public ValueTask Open(CancellationToken cancellationToken)
    {
        try
        {
            OpenFile();
        }
        catch (SqliteException e)
        {
            file.Examine(e);
            throw;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<TGroup> groups)
    {
        try
        {
            _begin!.ExecuteNonQuery();
            foreach (var group in groups.Span)
            {
                insert.Insert(group);
            }

            _commit!.ExecuteNonQuery();
            _checkpoints.RecordCommit(Connection);
            return new(CommitOutcome.Committed);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Constraint or TooBig)
        {
            SqliteFile.Execute(Connection, "ROLLBACK");
            return new(
                e.SqliteExtendedErrorCode is UniqueConstraint or PrimaryKeyConstraint
                    ? CommitOutcome.KeyConflict
                    : CommitOutcome.Invalid(RefusedValues.Exception(e))
            );
        }
        catch (ValueRefusedException e)
        {
            SqliteFile.Execute(Connection, "ROLLBACK");
            return new(CommitOutcome.Invalid(e));
        }
        catch (SqliteException e)
        {
            file.Examine(e);
            throw;
        }
    }

    public ValueTask Explain(TGroup group)
    {
        insert.Explain(group, Connection);
        return ValueTask.CompletedTask;
    }

    public ValueTask Close()
    {
        _checkpoints.Stop();

        // Closing rolls an open transaction back; what a failed disk says meanwhile changes nothing any more.
        try
        {
            insert.Dispose();
            _connection?.Dispose();
        }
        catch (SqliteException) { }

        _connection = null;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        var closed = Close();
        _checkpoints.Dispose();
        return closed;
    }

    private void OpenFile()
    {
        _connection = file.OpenWriter();

        // After a failed sync, pages of the log may be lost though the system calls them clean; a later commit would build on them and be
        // lost with them. Copying the log into the database and syncing that leaves nothing to build on.
        SqliteFile.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");

        // Whoever copies the file without its log from now on has a file that says so.
        try
        {
            StoreHeads.RecordOpening(_connection, Probe);

            // A write that must reach the disk: a full or read-only disk shows here and not at the first call.
            SqliteFile.Execute(_connection, $"BEGIN IMMEDIATE; {Probe} {StoreHeads.NoteOpen} COMMIT;");
        }
        catch (SqliteException)
        {
            RevertOpening();
            throw;
        }

        _begin = Prepared("BEGIN IMMEDIATE");
        _commit = Prepared("COMMIT");
        insert.Prepare(_connection);
    }

    /// <summary>Otherwise the next start would look for a write-ahead log in which nothing ever stood.</summary>
    private void RevertOpening()
    {
        try
        {
            _connection?.Dispose();
            _connection = null;
            StoreHeads.RecordNotOpened(file);
        }
        catch (SqliteException)
        {
            // The disk takes nothing at all; then the log is still beside the file.
        }
    }

    private SqliteCommand Prepared(string sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Prepare();
        return command;
    }
}
