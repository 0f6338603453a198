using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Webhooks;

/// <summary>The signatures of the Standard Webhooks specification: v1 with a shared secret, v1a with Ed25519.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    /// <summary>A secret's text form.</summary>
    public static string TextOf(ReadOnlySpan<byte> key) => Prefix + Convert.ToBase64String(key);

    /// <summary>Parses a secret's text form; null if malformed.</summary>
    public static byte[]? KeyOf(string? secret)
    {
        var text = secret?.StartsWith(Prefix, StringComparison.Ordinal) == true ? secret[Prefix.Length..] : null;
        return text is not null && Base64.IsValid(text, out var length) && length is >= ShortestKey and <= LongestKey
            ? Convert.FromBase64String(text)
            : null;
    }

    /// <summary>The signed content: id, Unix time in seconds and body, joined by dots.</summary>
    public static byte[] Content(string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.");
        var length = Encoding.UTF8.GetByteCount(head);
        var content = new byte[length + body.Length];
        Encoding.UTF8.GetBytes(head, content);
        body.CopyTo(content.AsSpan(length));
        return content;
    }

    /// <summary>The HMAC-SHA256 over <see cref="Content"/>, in the form of the header <c>webhook-signature</c>.</summary>
    public static string V1(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, hash);
        return "v1," + Convert.ToBase64String(hash);
    }

    /// <summary>An Ed25519 signature over <see cref="Content"/>, in the form of the header <c>webhook-signature</c>.</summary>
    public static string V1A(ReadOnlySpan<byte> signature) => "v1a," + Convert.ToBase64String(signature);
}
