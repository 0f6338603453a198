using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Replay.Dataset;

/// <summary>Names that are identical in every run and on every machine.</summary>
internal static class StableHash
{
    /// <summary>The first <paramref name="digits"/> (at most 64) lower-case hex digits of the parts' SHA-256.</summary>
    public static string Hex(int digits, params ReadOnlySpan<string> parts)
    {
        var text = string.Join('\n', parts);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
    }
}
