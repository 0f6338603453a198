using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Signing;
using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Marks buyers on intake, the last place where they are in the clear, so that a merge can check that two orders have the same buyer
/// without revealing who it is (R23). HMAC-SHA-256 with a key per seller, derived (HKDF) from a secret that never changes: without it names
/// or telephone numbers cannot be recovered by trial, and the marks of one buyer at two sellers are unrelated.
/// </summary>
public sealed class BuyerMarks(IMarketplaceSecrets secrets)
{
    private const int KeyBytes = 32;

    /// <summary>The mark of an order's buyer; null if the private part does not identify the buyer well enough.</summary>
    /// <param name="seller">The seller.</param>
    /// <param name="privatePart">The decrypted private part of the order's creation.</param>
    /// <param name="cancellationToken">Cancels waiting for the secret.</param>
    /// <exception cref="StoreUnavailableException">The secret is unavailable now.</exception>
    public async ValueTask<BuyerMark?> Of(SellerId seller, ReadOnlyMemory<byte> privatePart, CancellationToken cancellationToken)
    {
        if (BuyerIdentity.Of(privatePart) is not { } identity)
        {
            return null;
        }

        var secret = await secrets.GetBuyerMarkSecret(cancellationToken);
        var mark = Of(secret.Span, seller, identity);
        CryptographicOperations.ZeroMemory(identity.Text);
        return mark;
    }

    private static BuyerMark Of(ReadOnlySpan<byte> secret, SellerId seller, BuyerIdentity identity)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, Encoding.UTF8.GetBytes($"marketplace.buyer-mark.v1/{identity.Kind}/{seller}"));
        HMACSHA256.HashData(key, identity.Text, hash);
        var value = BinaryPrimitives.ReadUInt128BigEndian(hash);

        // The key's id reveals nothing of the key: it is another derivation of the same secret.
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, Encoding.UTF8.GetBytes($"marketplace.buyer-mark-name.v1/{identity.Kind}"));
        return new BuyerMark(BinaryPrimitives.ReadUInt32BigEndian(key), value);
    }
}
