using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Replay.Receivers;

/// <summary>Standard Webhooks, the symmetric form (v1), as verified by a receiver; duplicated here on purpose.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Null for a valid signature; otherwise the defect.</summary>
    public static string? Fault(string secret, WebhookHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers.Id.Length == 0 || !long.TryParse(headers.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "has no webhook-id or no webhook-timestamp";
        }

        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return "has a timestamp that is more than five minutes off";
        }

        var expected = Of(secret, headers.Id, headers.Timestamp, body);
        return headers
            .Signature.Split(' ')
            .Any(one => one.StartsWith("v1,", StringComparison.Ordinal) && IsEqual(one["v1,".Length..], expected))
            ? null
            : "is not signed with the endpoint's secret";
    }

    /// <summary>HMAC-SHA256 of id, timestamp and body, joined by dots.</summary>
    public static byte[] Of(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(
            secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret
        );
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static bool IsEqual(string signature, byte[] expected)
    {
        var bytes = new byte[expected.Length];
        return Convert.TryFromBase64String(signature, bytes, out var written)
            && written == expected.Length
            && CryptographicOperations.FixedTimeEquals(bytes, expected);
    }
}

/// <summary>The three headers of Standard Webhooks; empty if missing.</summary>
internal sealed record WebhookHeaders(string Id, string Timestamp, string Signature);
