using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderTagger;

/// <summary>Verifies messages by Standard Webhooks, v1 (HMAC-SHA256).</summary>
internal static class MessageSignature
{
    private const string SecretPrefix = "whsec_";
    private const long ToleranceSeconds = 300;

    /// <param name="secret">As the marketplace made it: <c>whsec_</c> and base64.</param>
    /// <param name="headers">The message's.</param>
    /// <param name="body">The bytes that came, not what was parsed from them.</param>
    /// <param name="now">A message that is more than five minutes older or newer is refused: it may be a recorded one.</param>
    public static bool IsValid(string secret, IHeaderDictionary headers, byte[] body, DateTimeOffset now)
    {
        var (id, timestamp) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString());
        if (
            !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > ToleranceSeconds
        )
        {
            return false;
        }

        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}");

        // There are several while a secret is being replaced. Comparing in constant time tells a forger nothing.
        return headers["webhook-signature"]
            .ToString()
            .Split(' ')
            .Any(given => CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(given)));
    }
}
