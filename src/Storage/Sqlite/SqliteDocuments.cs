using Marketplace.Grains.Ports;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Enterprises;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteDocumentInsert : ISqliteInsert<DocumentGroup>
{
    private SqliteCommand? _put;
    private SqliteCommand? _delete;

    public void Prepare(SqliteConnection connection)
    {
        // What was removed is gone from the file, too.
        SqliteFile.Execute(connection, "PRAGMA secure_delete = ON");
        _put = Command(connection, "INSERT INTO document (id, ciphertext) VALUES (@id, @ciphertext) ON CONFLICT (id) DO NOTHING");
        _delete = Command(connection, "DELETE FROM document WHERE id = @id");
    }

    public void Insert(DocumentGroup group)
    {
        RefusedValues.ThrowIfNone(group.Id);
        var command = group.Ciphertext is null ? _delete! : _put!;
        command.Parameters["@id"].Value = group.Id;
        command.Parameters["@ciphertext"].Value = group.Ciphertext is { } bytes ? SqliteInsertCommand.Blob(bytes) : DBNull.Value;
        command.ExecuteNonQuery();
        command.Parameters["@ciphertext"].Value = DBNull.Value;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add(new SqliteParameter("@id", null));
        command.Parameters.Add(new SqliteParameter("@ciphertext", null));
        return command;
    }
}

/// <summary>Documents in a file of their own: megabytes must not wait before, nor in front of, the facts.</summary>
internal sealed class SqliteDocumentStore(CommitWriter<DocumentGroup> writer, SqliteReads reads) : IDocumentStore
{
    public Task Put(string id, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        Commit(new DocumentGroup(id, ciphertext), cancellationToken);

    public Task<ReadOnlyMemory<byte>?> Read(string id, CancellationToken cancellationToken)
    {
        var found = reads.List("SELECT ciphertext FROM document WHERE id = @id", row => SqliteReads.Bytes(row, 0), ("@id", id));
        return Task.FromResult(found.Count > 0 ? (ReadOnlyMemory<byte>?)found[0] : null);
    }

    public Task<IReadOnlyList<string>> List(string afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            reads.List(
                "SELECT id FROM document WHERE id > @after ORDER BY id LIMIT @limit",
                row => row.GetString(0),
                ("@after", afterId),
                ("@limit", limit)
            )
        );

    public Task Delete(string id, CancellationToken cancellationToken) => Commit(new DocumentGroup(id, null), cancellationToken);

    private Task<bool> Commit(DocumentGroup group, CancellationToken cancellationToken)
    {
        writer.Add(group);
        return group.Answer.WaitAsync(cancellationToken);
    }
}
