using System.Globalization;

namespace OrderTagger;

/// <summary>What the environment says.</summary>
/// <param name="Marketplace">MARKETPLACE_URL.</param>
/// <param name="ClientId">CLIENT_ID: the plugin's OAuth client.</param>
/// <param name="ClientSecret">CLIENT_SECRET.</param>
/// <param name="PublicUrl">PUBLIC_URL: where the marketplace reaches this program.</param>
/// <param name="Port">PORT: where it listens on loopback, behind a proxy that ends TLS.</param>
internal sealed record Settings(Uri Marketplace, string ClientId, string ClientSecret, Uri PublicUrl, int Port)
{
    /// <summary>FLAG_UNITS: an order of more units is flagged.</summary>
    public int FlagUnits { get; init; }

    /// <summary>FLAG_TOTAL: an order with a higher total, in its own currency, is flagged.</summary>
    public int FlagTotal { get; init; }

    /// <summary>PARCEL_UNITS: an order of more units is split into parcels of this many.</summary>
    public int ParcelUnits { get; init; }

    /// <summary>MERGE_MINUTES: orders that were created further apart are not merged.</summary>
    public int MergeMinutes { get; init; }

    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static Settings Read(Func<string, string?> variable)
    {
        return new Settings(
            Address("MARKETPLACE_URL"),
            Text("CLIENT_ID"),
            Text("CLIENT_SECRET"),
            Address("PUBLIC_URL"),
            Number("PORT", null)
        )
        {
            FlagUnits = Number("FLAG_UNITS", 20),
            FlagTotal = Number("FLAG_TOTAL", 5_000),
            ParcelUnits = Number("PARCEL_UNITS", 10),
            MergeMinutes = Number("MERGE_MINUTES", 30),
        };

        string Text(string name) =>
            variable(name) is { Length: > 0 } text ? text : throw new InvalidOperationException($"{name} is not set.");

        Uri Address(string name) =>
            Uri.TryCreate(Text(name).TrimEnd('/') + "/", UriKind.Absolute, out var address)
            && address.Scheme.StartsWith("http", StringComparison.Ordinal)
                ? address
                : throw new InvalidOperationException($"{name} is no address.");

        int Number(string name, int? otherwise) =>
            variable(name) is not { Length: > 0 } text && otherwise is { } usual ? usual
            : int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new InvalidOperationException($"{name} is no whole number above 0.");
    }
}
