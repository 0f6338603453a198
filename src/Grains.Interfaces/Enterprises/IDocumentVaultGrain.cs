using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>
/// Access to the document store for key holders; passes ciphertext and knows no key. Volatile; any number per silo. Key:
/// <see cref="GrainKey"/>.
/// </summary>
[GrainInterfaceType("document-vault"), Alias("mp.grain.document-vault")]
public interface IDocumentVaultGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "documents/all";

    /// <summary>Ids after <paramref name="afterId"/> (empty to begin), ordinal, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("list")]
    Task<ImmutableArray<string>> List(string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Stores a ciphertext; returns after it is durable. Unreferenced ones are never read and may be left behind.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("put")]
    Task Put(string id, Ciphertext ciphertext, CancellationToken cancellationToken);

    /// <summary>The ciphertext, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read")]
    Task<Ciphertext?> Read(string id, CancellationToken cancellationToken);

    /// <summary>Deletes an unreferenced ciphertext.</summary>
    /// <exception cref="StoreUnavailableException">The deletion is unconfirmed.</exception>
    [Alias("delete")]
    Task Delete(string id, CancellationToken cancellationToken);
}

/// <summary>An encrypted document.</summary>
[GenerateSerializer, Immutable, Alias("mp.enterprises.ciphertext")]
public sealed record Ciphertext([property: Id(0)] ReadOnlyMemory<byte> Bytes);
