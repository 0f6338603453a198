using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Api.Sync;

/// <summary>Seals the private part of an event before it goes any further (R23).</summary>
public interface IBuyerSeal
{
    /// <summary>Encrypts for the platform's own label endpoint alone; only the same seller's seal opens it.</summary>
    ReadOnlyMemory<byte> Seal(SellerId seller, ReadOnlyMemory<byte> privatePart);
}

/// <summary>Seals with the host's data protection keys; seller and version are part of the key's purpose.</summary>
public sealed class BuyerSeal(IDataProtectionProvider protection) : IBuyerSeal
{
    /// <summary>Purpose of the first version; another format gets another purpose, so that neither opens the other.</summary>
    public const string Purpose = "Marketplace.Sync.BuyerSeal.v1";

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);

    public ReadOnlyMemory<byte> Seal(SellerId seller, ReadOnlyMemory<byte> privatePart) =>
        privatePart.IsEmpty ? default(ReadOnlyMemory<byte>) : _protector.CreateProtector(seller.Value).Protect(privatePart.ToArray());
}
