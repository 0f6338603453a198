namespace Marketplace.Grains.Ports;

/// <summary>Keeps the ciphertext of uploaded documents; nothing else ever reaches it.</summary>
public interface IDocumentStore
{
    /// <summary>Names after <paramref name="afterId"/> (empty to begin), ordinal, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<string>> List(string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Keeps a ciphertext and returns after it is durable. An id is put once; putting it again changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be kept.</exception>
    Task Put(string id, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken);

    /// <summary>The ciphertext, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<ReadOnlyMemory<byte>?> Read(string id, CancellationToken cancellationToken);

    /// <summary>Removes a ciphertext; one that is not there is no error.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be removed.</exception>
    Task Delete(string id, CancellationToken cancellationToken);
}
