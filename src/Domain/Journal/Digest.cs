using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>A SHA-256 value without an array behind it, so that many fit into a set.</summary>
internal readonly record struct Digest(UInt128 High, UInt128 Low)
{
    /// <summary>Null if these are not 32 bytes.</summary>
    public static Digest? Of(ReadOnlyMemory<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new Digest(BinaryPrimitives.ReadUInt128BigEndian(hash.Span), BinaryPrimitives.ReadUInt128BigEndian(hash.Span[16..]))
            : null;

    /// <summary>The digest of a pair of texts; the length of the first goes in, so that ("ab","c") and ("a","bc") differ.</summary>
    public static Digest OfPair(string first, string second)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{first.Length}:{first}{second}")), hash);
        return new Digest(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
