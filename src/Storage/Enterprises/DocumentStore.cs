using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Enterprises;

/// <summary>The ciphertexts of uploaded documents, in either store.</summary>
internal sealed class DocumentStore(IStoreSql store) : IDocumentStore
{
    public Task Put(string id, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken) =>
        store.Write(
            ["INSERT INTO document (id, ciphertext) VALUES (@id, @ciphertext) ON CONFLICT (id) DO NOTHING"],
            cancellationToken,
            ("id", id),
            ("ciphertext", StoreSqlValues.Blob(ciphertext))
        );

    public async Task<ReadOnlyMemory<byte>?> Read(string id, CancellationToken cancellationToken)
    {
        var found = await store.Read(
            "SELECT ciphertext FROM document WHERE id = @id",
            static row => StoreSqlValues.Bytes(row, 0),
            cancellationToken,
            ("id", id)
        );

        // The cast matters: arrays convert to ReadOnlyMemory, null ones too, so null would become an empty ciphertext.
        return found.Count > 0 ? (ReadOnlyMemory<byte>?)found[0] : null;
    }

    public async Task<IReadOnlyList<string>> List(string afterId, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            "SELECT id FROM document WHERE id > @after ORDER BY id LIMIT @limit",
            static row => row.GetString(0),
            cancellationToken,
            ("after", afterId),
            ("limit", limit)
        );

    public Task Delete(string id, CancellationToken cancellationToken) =>
        store.Write(["DELETE FROM document WHERE id = @id"], cancellationToken, ("id", id));
}
