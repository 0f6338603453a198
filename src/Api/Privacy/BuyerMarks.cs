using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Signing;
using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Marks buyers at the door, where they are in the clear for the last time, so that a merge can tell whether two orders are of one buyer
/// without anybody knowing who that is (R23). HMAC-SHA-256 under a key of the seller's own, derived (HKDF) from a secret that never
/// changes: without it nobody can try out names or telephone numbers, and the marks of one buyer at two sellers have nothing in common.
/// </summary>
public sealed class BuyerMarks(IMarketplaceSecrets secrets)
{
    private const int KeyBytes = 32;

    /// <summary>The mark of an order's buyer; null if the private part does not tell the buyer well enough.</summary>
    /// <param name="seller">Whose order it is.</param>
    /// <param name="privatePart">The private part of the order's creation, in the clear.</param>
    /// <param name="cancellationToken">Ends the waiting for the secret.</param>
    /// <exception cref="StoreUnavailableException">The secret cannot be had now.</exception>
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

        // What the key is called tells nothing of it: another derivation of the same secret.
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, Encoding.UTF8.GetBytes($"marketplace.buyer-mark-name.v1/{identity.Kind}"));
        return new BuyerMark(BinaryPrimitives.ReadUInt32BigEndian(key), value);
    }
}
