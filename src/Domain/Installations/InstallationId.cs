using System.Diagnostics.CodeAnalysis;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>Identifies one plugin enabled by one seller; text form <c>seller/plugin</c>.</summary>
[GenerateSerializer, Immutable, Alias("mp.installation-id")]
public readonly record struct InstallationId([property: Id(0)] SellerId Seller, [property: Id(1)] PluginId Plugin)
    : IParsable<InstallationId>
{
    /// <exception cref="FormatException">The text is not <c>seller/plugin</c>.</exception>
    public static InstallationId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an installation: seller/plugin is expected.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InstallationId result)
    {
        result = default;
        var slash = s?.IndexOf('/') ?? -1;
        if (
            slash < 0
            || !SellerId.TryParse(s![..slash], provider, out var seller)
            || !PluginId.TryParse(s[(slash + 1)..], provider, out var plugin)
        )
        {
            return false;
        }

        result = new InstallationId(seller, plugin);
        return true;
    }

    public override string ToString() => $"{Seller}/{Plugin}";
}
