using System.Security.Cryptography;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Seals the private part of an event before it goes any further, and opens it for labels and for what is struck out of texts (R23).
/// </summary>
public interface IBuyerSeal
{
    /// <summary>Encrypts for the platform's own label endpoint alone; only the same seller's seal opens it.</summary>
    ReadOnlyMemory<byte> Seal(SellerId seller, ReadOnlyMemory<byte> privatePart);

    /// <summary>
    /// Decrypts what <see cref="Seal"/> made for the same seller, with the buyer's mark before it or without. Only
    /// <see cref="SellerApi.Labels.LabelDesk"/> may ask, after the opening is a fact of the journal, and
    /// <see cref="BuyerDictionary"/>, of which nothing leaves: a test holds that nothing else does.
    /// </summary>
    /// <returns>Null if it was not sealed for the seller, or its key is not there.</returns>
    ReadOnlyMemory<byte>? Open(SellerId seller, ReadOnlyMemory<byte> sealedPart);
}

/// <summary>Seals with the host's data protection keys; seller and version are part of the key's purpose.</summary>
public sealed class BuyerSeal(IDataProtectionProvider protection) : IBuyerSeal
{
    /// <summary>Purpose of the first version; another format gets another purpose, so that neither opens the other.</summary>
    public const string Purpose = "Marketplace.Sync.BuyerSeal.v1";

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);

    public ReadOnlyMemory<byte> Seal(SellerId seller, ReadOnlyMemory<byte> privatePart) =>
        privatePart.IsEmpty ? default(ReadOnlyMemory<byte>) : _protector.CreateProtector(seller.Value).Protect(privatePart.ToArray());

    public ReadOnlyMemory<byte>? Open(SellerId seller, ReadOnlyMemory<byte> sealedPart)
    {
        try
        {
            return _protector.CreateProtector(seller.Value).Unprotect(SealedBuyerPart.SealOf(sealedPart).ToArray());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
