using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>Identifies one plugin enabled by one seller; text form <c>seller/plugin</c>.</summary>
[GenerateSerializer, Immutable, Alias("mp.installation-id")]
public readonly record struct InstallationId([property: Id(0)] SellerId Seller, [property: Id(1)] PluginId Plugin)
    : IParsable<InstallationId>,
        IUtf8SpanFormattable
{
    /// <summary>Maximum characters of the text form, which are bytes in UTF-8, too.</summary>
    public const int MaxLength = (2 * Identifier.MaxLength) + 1;

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

    /// <summary>The text form in UTF-8.</summary>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Utf8.TryWrite(utf8Destination, provider, $"{Seller.Value}/{Plugin.Value}", out bytesWritten);
}
