using System.Data.Common;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Statements that are carried out within the writer's transaction.</summary>
internal abstract class SqliteWork : AppendGroup<bool>
{
    public override int Rows => 1;

    /// <summary>Runs them; again if the batch has to be tried again.</summary>
    public abstract void Run(SqliteConnection connection);

    protected override void OnCommitted() => Complete(true);

    protected override void OnRefused() => Complete(new StoreUnavailableException("The store refused a row."));
}

internal sealed class SqliteWork<T>(IReadOnlyList<string> statements, Func<DbDataReader, T> read, (string Name, object? Value)[] parameters)
    : SqliteWork
{
    /// <summary>The first parameter names the row: a refused one must not take the work on other rows of its batch with it.</summary>
    public override string Key => parameters is [(_, string name), ..] ? name : string.Empty;

    public override int Bytes => 512 + parameters.Sum(parameter => parameter.Value is byte[] bytes ? bytes.Length : 0);

    /// <summary>The rows of the last statement.</summary>
    public List<T> Result { get; private set; } = [];

    public override void Run(SqliteConnection connection)
    {
        foreach (var statement in statements)
        {
            Result = SqliteReads.Run(connection, statement, read, parameters);
        }
    }
}

/// <param name="setting">A statement for each fresh connection, before any work.</param>
internal sealed class SqliteWorkInsert(string? setting = null) : ISqliteInsert<SqliteWork>
{
    /// <summary>What was removed must be gone from the file, too, not only from the table.</summary>
    public const string SecureDelete = "PRAGMA secure_delete = ON";

    private SqliteConnection? _connection;

    public void Prepare(SqliteConnection connection)
    {
        if (setting is not null)
        {
            SqliteFile.Execute(connection, setting);
        }

        _connection = connection;
    }

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

    public string HeadOf(string log) => _reads.HeadOf(log);

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
}
