using System.Buffers.Binary;

namespace Marketplace.Orders;

/// <summary>
/// A keyed fingerprint of an order's buyer: equal for two orders of one seller if, and but for chance only if, they are of the same buyer.
/// It says nothing of who that is, and nothing across sellers. Marks of different keys cannot be compared.
/// </summary>
/// <param name="Key">Which key made it, and from which kind of <see cref="BuyerIdentity"/>.</param>
/// <param name="Value">128 bits of a keyed hash.</param>
public readonly record struct BuyerMark(uint Key, UInt128 Value)
{
    /// <summary>Nothing of it: what a log prints is read by many.</summary>
    public override string ToString() => nameof(BuyerMark);
}

/// <summary>
/// The sealed part of an order's creation with the buyer's mark before it. The mark stands here and not in the data because this part alone
/// leaves in no payload, export, evidence or replay: it is read by the seller's book, and cut off before the seal is opened.
/// </summary>
public static class SealedBuyerPart
{
    private const int Length = 24;

    // Nothing sealed begins with it: data protection begins with 09 F0 C9 F0.
    private static ReadOnlySpan<byte> Magic => "BM1\0"u8;

    /// <summary>The sealed part with the mark before it.</summary>
    public static ReadOnlyMemory<byte> With(BuyerMark mark, ReadOnlyMemory<byte> sealedPart)
    {
        var bytes = new byte[Length + sealedPart.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), mark.Key);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), mark.Value);
        sealedPart.CopyTo(bytes.AsMemory(Length));
        return bytes;
    }

    /// <summary>The mark; null if there is none, as in what was taken in before there were marks.</summary>
    public static BuyerMark? MarkOf(ReadOnlyMemory<byte> part) =>
        !IsMarked(part)
            ? null
            : new BuyerMark(BinaryPrimitives.ReadUInt32BigEndian(part.Span[4..]), BinaryPrimitives.ReadUInt128BigEndian(part.Span[8..]));

    /// <summary>What was sealed, without a mark.</summary>
    public static ReadOnlyMemory<byte> SealOf(ReadOnlyMemory<byte> part) => IsMarked(part) ? part[Length..] : part;

    private static bool IsMarked(ReadOnlyMemory<byte> part) => part.Length >= Length && part.Span.StartsWith(Magic);
}
