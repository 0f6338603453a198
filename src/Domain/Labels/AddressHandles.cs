using System.Security.Cryptography;
using System.Text;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Labels;

/// <summary>
/// Handles for buyers' addresses, for plugins that print labels (R29): <c>adr_</c> and 32 hexadecimal digits, constant for one installation
/// and order, different for every other installation. A handle contains nothing of the address and grants nothing by itself: the label
/// endpoint redeems it against the installation's token, scope and seller's order (decision 23).
/// </summary>
public static class AddressHandles
{
    private const string Purpose = "address-handle/v1";
    private const string Prefix = "adr_";
    private const int Bytes = 16;

    /// <summary>The handle of an order for one installation.</summary>
    public static string Of(InstallationId installation, string orderId)
    {
        // Neither an installation nor an order id can contain a line feed.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Purpose}\n{installation}\n{orderId}"));
        return Prefix + Convert.ToHexStringLower(hash.AsSpan(0, Bytes));
    }

    /// <summary>True if the text is the installation's handle of the order.</summary>
    public static bool IsOf(string text, InstallationId installation, string orderId) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Of(installation, orderId)));

    /// <summary>True if the order has an address; without one it has no handle.</summary>
    public static bool HasAddress(PrivateFields existing) => existing.HasFlag(PrivateFields.Street);
}
