using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Silo.Webhooks;

/// <summary>The symmetric signature (v1) of the Standard Webhooks specification.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    /// <summary>The key in a secret's text form; null if it is none.</summary>
    public static byte[]? KeyOf(string? secret)
    {
        var text = secret?.StartsWith(Prefix, StringComparison.Ordinal) == true ? secret[Prefix.Length..] : null;
        return text is not null && Base64.IsValid(text, out var length) && length is >= ShortestKey and <= LongestKey
            ? Convert.FromBase64String(text)
            : null;
    }

    /// <summary>The header <c>webhook-signature</c>: the HMAC-SHA256 over id, instant and body, joined by dots.</summary>
    public static string Of(byte[] key, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
