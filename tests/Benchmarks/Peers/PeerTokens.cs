using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Benchmarks.Peers;

/// <summary>The peers' opaque bearer tokens: the same for the servers that look them up and for the load generator.</summary>
public static class PeerTokens
{
    /// <summary>Token of the installation with this index, 32 hexadecimal digits.</summary>
    public static string Of(int index) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"benchmark-{index}")))[..32];

    /// <summary>Text form of the installation with this index.</summary>
    public static string Installation(int index) => $"seller-{index}/dashboard";

    /// <summary>All tokens of <paramref name="count"/> installations with what each opens.</summary>
    public static Dictionary<string, string> Table(int count)
    {
        var table = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var index = 0; index < count; index++)
        {
            table.Add(Of(index), Installation(index));
        }

        return table;
    }
}
