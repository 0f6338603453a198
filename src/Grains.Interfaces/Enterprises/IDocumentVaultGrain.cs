using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>
/// The door to the document store for those who hold keys; it passes ciphertext on and knows no key. Volatile; any number per silo. Key:
/// <see cref="GrainKey"/>.
/// </summary>
[GrainInterfaceType("document-vault")]
public interface IDocumentVaultGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string GrainKey = "documents/all";

    /// <summary>Names after <paramref name="afterId"/> (empty to begin), ordinal, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("list")]
    Task<ImmutableArray<string>> List(string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Keeps a ciphertext; returns after it is durable. What no fact names is never read: it may be left behind.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be kept.</exception>
    [Alias("put")]
    Task Put(string id, Ciphertext ciphertext, CancellationToken cancellationToken);

    /// <summary>The ciphertext, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read")]
    Task<Ciphertext?> Read(string id, CancellationToken cancellationToken);

    /// <summary>Removes a ciphertext that no fact names any more.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be removed.</exception>
    [Alias("delete")]
    Task Delete(string id, CancellationToken cancellationToken);
}

/// <summary>An encrypted document.</summary>
[GenerateSerializer, Immutable, Alias("mp.enterprises.ciphertext")]
public sealed record Ciphertext([property: Id(0)] ReadOnlyMemory<byte> Bytes);
