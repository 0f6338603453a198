using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Identity.Tokens;

/// <summary>SHA-256 of a token: stored in caches instead of the token, smaller and useless to a thief.</summary>
internal readonly record struct TokenDigest(long A, long B, long C, long D)
{
    /// <summary>Maximum characters. Our own tokens have 52, those of earlier builds up to a thousand.</summary>
    public const int LongestToken = 4096;

    /// <summary>False if the text is too long or not ASCII, and therefore not a token. Allocates nothing.</summary>
    public static bool TryCreate(ReadOnlySpan<char> token, out TokenDigest digest)
    {
        digest = default;
        if (token.IsEmpty || token.Length > LongestToken)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, bytes, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<long> hash = stackalloc long[4];
        SHA256.HashData(bytes, MemoryMarshal.AsBytes(hash));
        digest = new TokenDigest(hash[0], hash[1], hash[2], hash[3]);
        return true;
    }

    // The digest is already uniformly distributed.
    public override int GetHashCode() => unchecked((int)A);
}
