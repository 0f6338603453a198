using System.Buffers.Binary;

namespace Marketplace.Orders;

/// <summary>
/// A keyed fingerprint of an order's buyer: equal for two orders of one seller if, and except by chance only if, they have the same buyer.
/// Reveals neither the buyer nor anything across sellers. Marks made with different keys cannot be compared.
/// </summary>
/// <param name="Key">The key, and the kind of <see cref="BuyerIdentity"/>, it was made with.</param>
/// <param name="Value">128 bits of a keyed hash.</param>
public readonly record struct BuyerMark(uint Key, UInt128 Value)
{
    /// <summary>Hides the value: logs have many readers.</summary>
    public override string ToString() => nameof(BuyerMark);
}

/// <summary>
/// The sealed part of an order's creation with the buyer's mark as prefix. The mark is stored here and not in the data because this part is
/// in no payload, export, evidence or replay: the seller's book reads it, and it is removed before decryption.
/// </summary>
public static class SealedBuyerPart
{
    private const int Length = 24;

    // No sealed part starts with this: data protection output starts with 09 F0 C9 F0.
    private static ReadOnlySpan<byte> Magic => "BM1\0"u8;

    /// <summary>Prepends the mark to the sealed part.</summary>
    public static ReadOnlyMemory<byte> With(BuyerMark mark, ReadOnlyMemory<byte> sealedPart)
    {
        var bytes = new byte[Length + sealedPart.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), mark.Key);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), mark.Value);
        sealedPart.CopyTo(bytes.AsMemory(Length));
        return bytes;
    }

    /// <summary>The mark; null if there is none, as in events from before marks existed.</summary>
    public static BuyerMark? MarkOf(ReadOnlyMemory<byte> part) =>
        !IsMarked(part)
            ? null
            : new BuyerMark(BinaryPrimitives.ReadUInt32BigEndian(part.Span[4..]), BinaryPrimitives.ReadUInt128BigEndian(part.Span[8..]));

    /// <summary>The sealed part without the mark.</summary>
    public static ReadOnlyMemory<byte> SealOf(ReadOnlyMemory<byte> part) => IsMarked(part) ? part[Length..] : part;

    private static bool IsMarked(ReadOnlyMemory<byte> part) => part.Length >= Length && part.Span.StartsWith(Magic);
}
