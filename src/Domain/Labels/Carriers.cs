using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Labels;

/// <summary>A carrier supported for labels.</summary>
/// <param name="Code">Its code in the plugin API.</param>
/// <param name="Name">Shown on the label.</param>
/// <param name="Services">Codes of its services, the default first.</param>
/// <param name="Prefix">The two letters that start its waybill numbers.</param>
/// <param name="Rates">By service.</param>
public sealed record Carrier(
    string Code,
    BilingualText Name,
    ImmutableArray<string> Services,
    string Prefix,
    ImmutableArray<CarrierRate> Rates
);

/// <summary>The price of a service in CNY: a base for the first weight, and an amount for each further half kilogram begun.</summary>
/// <param name="Service">The service.</param>
/// <param name="Country">ISO 3166 code; null for all countries not listed.</param>
/// <param name="First">For up to 500 g.</param>
/// <param name="Further">For each further 500 g begun.</param>
/// <param name="Days">Usual transit days.</param>
public sealed record CarrierRate(string Service, string? Country, decimal First, decimal Further, int Days);

/// <summary>The carriers supported for labels.</summary>
public static class Carriers
{
    public const int MaxWeightG = 1_000_000;

    private const int StepG = 500;
    private const int NumberBytes = 10;
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int BitsPerLetter = 5;

    public static ImmutableArray<Carrier> All { get; } =
    [
        new(
            "sf",
            new BilingualText("顺丰速运", "SF Express"),
            ["standard", "express"],
            "SF",
            [
                new("standard", "CN", 12m, 2m, 2),
                new("express", "CN", 20m, 5m, 1),
                new("standard", null, 110m, 35m, 6),
                new("express", null, 160m, 48m, 3),
            ]
        ),
        new("zto", new BilingualText("中通快递", "ZTO Express"), ["standard"], "ZT", [new("standard", "CN", 8m, 1.5m, 3)]),
        new(
            "ems",
            new BilingualText("邮政特快", "EMS"),
            ["standard"],
            "EM",
            [new("standard", "CN", 10m, 2m, 3), new("standard", null, 95m, 30m, 9)]
        ),
    ];

    /// <summary>The carrier with the code; null if there is none.</summary>
    public static Carrier? Find(string code) => All.FirstOrDefault(carrier => carrier.Code == code);

    /// <summary>The waybill number of a label: the carrier's letters and 16 letters and digits. Deterministic.</summary>
    public static string Number(Carrier carrier, LabelId label)
    {
        ArgumentNullException.ThrowIfNull(carrier);
        var bits = SHA256.HashData(Encoding.UTF8.GetBytes($"waybill/v1\n{carrier.Code}\n{label}")).AsSpan(0, NumberBytes);
        var text = new StringBuilder(carrier.Prefix);
        for (var bit = 0; bit < 8 * NumberBytes; bit += BitsPerLetter)
        {
            var two = (bits[bit / 8] << 8) | ((bit / 8) + 1 < NumberBytes ? bits[(bit / 8) + 1] : 0);
            text.Append(Letters[(two >> (16 - BitsPerLetter - (bit % 8))) & (Letters.Length - 1)]);
        }

        return text.ToString();
    }

    /// <summary>A rate's price for a weight.</summary>
    public static decimal Price(CarrierRate rate, int weightG)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return rate.First + (Math.Max(0, (weightG - 1) / StepG) * rate.Further);
    }
}
