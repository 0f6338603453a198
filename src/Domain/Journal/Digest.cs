using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>A SHA-256 value without an array, so that sets of them stay compact.</summary>
internal readonly record struct Digest(UInt128 High, UInt128 Low)
{
    /// <summary>Null unless there are 32 bytes.</summary>
    public static Digest? Of(ReadOnlyMemory<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new Digest(BinaryPrimitives.ReadUInt128BigEndian(hash.Span), BinaryPrimitives.ReadUInt128BigEndian(hash.Span[16..]))
            : null;

    /// <summary>The digest of a pair of texts; includes the length of the first, so that ("ab","c") and ("a","bc") differ.</summary>
    public static Digest OfPair(string first, string second)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{first.Length}:{first}{second}")), hash);
        return new Digest(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
