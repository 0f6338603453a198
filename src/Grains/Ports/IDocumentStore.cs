namespace Marketplace.Grains.Ports;

/// <summary>Stores the ciphertext of uploaded documents; plaintext never reaches it.</summary>
public interface IDocumentStore
{
    /// <summary>Ids after <paramref name="afterId"/> (empty to begin), ordinal, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<string>> List(string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Stores a ciphertext; returns after it is durable. Storing an id again changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Put(string id, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken);

    /// <summary>The ciphertext, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<ReadOnlyMemory<byte>?> Read(string id, CancellationToken cancellationToken);

    /// <summary>Deletes a ciphertext; a missing one is not an error.</summary>
    /// <exception cref="StoreUnavailableException">The deletion is unconfirmed.</exception>
    Task Delete(string id, CancellationToken cancellationToken);
}
