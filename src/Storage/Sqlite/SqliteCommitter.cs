using Marketplace.Storage.Commit;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>What one kind of group writes.</summary>
internal interface ISqliteInsert<TGroup>
{
    /// <summary>Makes the statements on a fresh connection.</summary>
    void Prepare(SqliteConnection connection);

    /// <summary>Adds a group to the open transaction.</summary>
    void Insert(TGroup group);

    /// <summary>Finds out which key of a refused group is taken, where that matters.</summary>
    void Explain(TGroup group, SqliteConnection connection)
    {
    }
}

/// <summary>Commits groups into one SQLite file, from the writer's own thread.</summary>
internal sealed class SqliteCommitter<TGroup>(SqliteFile file, ISqliteInsert<TGroup> insert) : ICommitter<TGroup>
    where TGroup : CommitGroup
{
    private const int ConstraintViolated = 19;

    private SqliteConnection? _connection;

    public bool IsBlocking => true;

    public ValueTask Open(CancellationToken cancellationToken)
    {
        _connection = file.OpenWriter();
        // A write that must reach the disk: a full or read-only disk shows here and not at the first call.
        SqliteFile.Execute(_connection, "BEGIN IMMEDIATE; INSERT INTO probe (id, at) VALUES (1, strftime('%s')) ON CONFLICT (id) DO UPDATE SET at = excluded.at; COMMIT;");
        insert.Prepare(_connection);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryCommit(ReadOnlyMemory<TGroup> groups)
    {
        var connection = Connection;
        try
        {
            SqliteFile.Execute(connection, "BEGIN IMMEDIATE");
            foreach (var group in groups.Span)
            {
                insert.Insert(group);
            }

            SqliteFile.Execute(connection, "COMMIT");
            return new(true);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            SqliteFile.Execute(connection, "ROLLBACK");
            return new(false);
        }
    }

    public ValueTask Refuse(TGroup group)
    {
        insert.Explain(group, Connection);
        group.Refuse();
        return ValueTask.CompletedTask;
    }

    public ValueTask Close()
    {
        // Closing rolls an open transaction back; what a failed disk says meanwhile changes nothing any more.
        try
        {
            _connection?.Dispose();
        }
        catch (SqliteException)
        {
        }

        _connection = null;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Close();

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("The store is not open.");
}
