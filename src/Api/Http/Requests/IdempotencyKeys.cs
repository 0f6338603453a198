using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Quotas;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads a write's <c>Idempotency-Key</c> (kept 24 h).</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>The header's value; null without the header.</summary>
    /// <returns>False if it is not 1–255 printable ASCII characters, once.</returns>
    public static bool TryGet(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return true;
        }

        key = values.ToString();
        return values.Count == 1 && key.Length is > 0 and <= MaxLength && key.All(c => c is >= ' ' and <= '~');
    }

    /// <summary>The refusal of a header that <see cref="TryGet"/> could not read.</summary>
    public static Refusal Invalid() =>
        ProblemWriter.Plain(ProblemKinds.KeyInvalid, "Idempotency-Key must be 1–255 printable ASCII characters, once.");

    /// <summary>Hashes key and request: the same key with another method, path or body is another request.</summary>
    public static IdempotencyKey Of(string key, HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        return new IdempotencyKey(First(SHA256.HashData(Encoding.UTF8.GetBytes(key))), First(hash.GetHashAndReset()));
    }

    private static UInt128 First(byte[] hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);
}
