using System.Security.Cryptography;
using System.Text;
using Marketplace.Installations;

namespace Marketplace.Evidence.Claims;

/// <summary>Ids of sellers' claims: one per order and installation, so that no loss is claimed twice.</summary>
public static class ClaimIds
{
    private const int Bytes = 10;

    /// <summary><c>c</c> and 20 hexadecimal digits.</summary>
    public static string Of(InstallationId installation, string orderId) =>
        "c" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{installation}\n{orderId}")).AsSpan(0, Bytes));

    /// <summary>True for a well-formed id.</summary>
    public static bool IsValid(string? text) =>
        text is ['c', .. var digits] && digits.Length == 2 * Bytes && digits.All(char.IsAsciiHexDigitLower);
}
