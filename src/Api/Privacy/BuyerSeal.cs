using System.Security.Cryptography;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Api.Privacy;

/// <summary>Seals the private part of an event on intake, and decrypts it for labels and for redacting texts (R23).</summary>
public interface IBuyerSeal
{
    /// <summary>Encrypts for the platform's own label endpoint only; the seller is part of the key's purpose.</summary>
    ReadOnlyMemory<byte> Seal(SellerId seller, ReadOnlyMemory<byte> privatePart);

    /// <summary>
    /// Decrypts the output of <see cref="Seal"/> for the same seller, with or without the buyer's mark. Only
    /// <see cref="SellerApi.Labels.LabelService"/> may call it, after recording the opening in the journal, and
    /// <see cref="BuyerDictionary"/>,
    /// which reveals nothing: a test enforces this.
    /// </summary>
    /// <returns>Null if it was not sealed for the seller, or its key is missing.</returns>
    ReadOnlyMemory<byte>? Open(SellerId seller, ReadOnlyMemory<byte> sealedPart);
}

/// <summary>Seals with the host's data protection keys; seller and version are part of the key's purpose.</summary>
public sealed class BuyerSeal(IDataProtectionProvider protection) : IBuyerSeal
{
    /// <summary>Purpose of the first version; a new format needs a new purpose, so that neither decrypts the other.</summary>
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
