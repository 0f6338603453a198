using System.Data.Common;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Statements that are carried out within the writer's transaction.</summary>
internal abstract class SqliteWork : AppendGroup<bool>
{
    public override string Key => string.Empty;

    public override int Rows => 1;

    public override int Bytes => 512;

    /// <summary>Runs them; again if the batch has to be tried again.</summary>
    public abstract void Run(SqliteConnection connection);

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused() => Complete(new StoreUnavailableException("The store refused a row."));
}

internal sealed class SqliteWork<T>(IReadOnlyList<string> statements, Func<DbDataReader, T> read, (string Name, object? Value)[] parameters)
    : SqliteWork
{
    /// <summary>The rows of the last statement.</summary>
    public List<T> Result { get; private set; } = [];

    public override void Run(SqliteConnection connection)
    {
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            SqliteSql.Bind(command, parameters);
            using var reader = command.ExecuteReader();
            Result = [];
            while (reader.Read())
            {
                Result.Add(read(reader));
            }
        }
    }
}

internal sealed class SqliteWorkInsert : ISqliteInsert<SqliteWork>
{
    private SqliteConnection? _connection;

    public void Prepare(SqliteConnection connection) => _connection = connection;

    public void Insert(SqliteWork group) => group.Run(_connection!);
}

/// <summary>Statements on one SQLite file with one writer.</summary>
internal sealed class SqliteSql(SqliteFile file, CommitWriter<SqliteWork> writer) : IStoreSql
{
    private readonly SqliteReads _reads = new(file);

    public Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    ) => _reads.Read(sql, read, cancellationToken, parameters);

    public async Task<List<T>> Write<T>(
        IReadOnlyList<string> statements,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    )
    {
        var work = new SqliteWork<T>(statements, read, parameters);
        writer.Add(work);
        await work.Answer.WaitAsync(cancellationToken);
        return work.Result;
    }

    public static void Bind(SqliteCommand command, (string Name, object? Value)[] parameters)
    {
        foreach (var (name, value) in parameters)
        {
            RefusedValues.ThrowIfNone(value);
            command.Parameters.AddWithValue("@" + name, value ?? DBNull.Value);
        }
    }
}
