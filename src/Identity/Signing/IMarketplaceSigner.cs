namespace Marketplace.Identity.Signing;

/// <summary>
/// The marketplace's own Ed25519 key: signs webhooks (v1a) and evidence. All processes of a marketplace share its keys; earlier ones stay
/// published, so that what was signed with them can be checked.
/// </summary>
public interface IMarketplaceSigner
{
    /// <summary>Signs bytes with the newest key.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    ValueTask<MarketplaceSignature> Sign(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>All public keys, newest last.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    ValueTask<IReadOnlyList<MarketplaceKey>> GetKeys(CancellationToken cancellationToken);
}

/// <summary>An Ed25519 signature.</summary>
/// <param name="KeyId">Names the key.</param>
/// <param name="Value">64 bytes.</param>
public sealed record MarketplaceSignature(string KeyId, ReadOnlyMemory<byte> Value);

/// <summary>A public key.</summary>
/// <param name="Id">Names it.</param>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Since">When it was made.</param>
public sealed record MarketplaceKey(string Id, ReadOnlyMemory<byte> PublicKey, DateTimeOffset Since);
