using Marketplace.Grains.Ports;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>
/// Documents in a table of their own. Uploads are few and large: each is a statement by itself and needs no shared writer.
/// </summary>
internal sealed class PostgresDocumentStore(NpgsqlDataSource database, PostgresReads reads, PostgresDamage damage) : IDocumentStore
{
    public Task Put(string id, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        Run(
            "INSERT INTO document (id, ciphertext) VALUES (@id, @ciphertext) ON CONFLICT (id) DO NOTHING",
            cancellationToken,
            ("id", id),
            ("ciphertext", ciphertext)
        );

    public async Task<ReadOnlyMemory<byte>?> Read(string id, CancellationToken cancellationToken)
    {
        var found = await reads.List(
            "SELECT ciphertext FROM document WHERE id = @id",
            row => PostgresReads.Bytes(row, 0),
            cancellationToken,
            ("id", id)
        );
        return found.Count > 0 ? (ReadOnlyMemory<byte>?)found[0] : null;
    }

    public async Task<IReadOnlyList<string>> List(string afterId, int limit, CancellationToken cancellationToken) =>
        await reads.List(
            "SELECT id FROM document WHERE id > @after ORDER BY id LIMIT @limit",
            row => row.GetString(0),
            cancellationToken,
            ("after", afterId),
            ("limit", limit)
        );

    public Task Delete(string id, CancellationToken cancellationToken) =>
        Run("DELETE FROM document WHERE id = @id", cancellationToken, ("id", id));

    private async Task Run(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            foreach (var (name, value) in parameters)
            {
                RefusedValues.ThrowIfNone(value);
                command.Parameters.AddWithValue(name, value);
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            damage.Examine(e);
            throw RefusedValues.Told(e, "The document store takes no writes now.");
        }
    }
}
