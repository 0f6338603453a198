namespace Marketplace.Identity.Signing;

/// <summary>
/// The marketplace's own Ed25519 keys: sign webhooks (v1a) and evidence. All processes of a marketplace share them; earlier keys stay
/// published, so that their signatures can still be verified.
/// </summary>
public interface IMarketplaceSigner
{
    /// <summary>Signs bytes with the newest key.</summary>
    /// <exception cref="StoreUnavailableException">The keys are unavailable now.</exception>
    ValueTask<MarketplaceSignature> Sign(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>All public keys, newest last.</summary>
    /// <exception cref="StoreUnavailableException">The keys are unavailable now.</exception>
    ValueTask<IReadOnlyList<MarketplaceKey>> GetKeys(CancellationToken cancellationToken);
}

/// <summary>An Ed25519 signature.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Value">64 bytes.</param>
public sealed record MarketplaceSignature(string KeyId, ReadOnlyMemory<byte> Value);

/// <summary>A public key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Since">When it was created.</param>
public sealed record MarketplaceKey(string Id, ReadOnlyMemory<byte> PublicKey, DateTimeOffset Since);
