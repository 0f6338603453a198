using System.Collections.Immutable;

namespace Marketplace.Certification;

/// <summary>The access specification under which the gate judges (R09); every report names its version.</summary>
/// <param name="Version">Name of the version.</param>
/// <param name="MinAddOn">The lowest monthly price of an add-on in CNY (R54).</param>
/// <param name="MaxAddOn">The highest.</param>
/// <param name="NoticeOfRise">How many days before its effect a rise of prices is announced.</param>
/// <param name="Ports">Ports that an endpoint may have.</param>
/// <param name="EuCountries">
/// Countries that keep their buyers' data in the EU (R20): the EU's members, their territories that have own codes, the other EEA states.
/// </param>
/// <param name="BlockingSecuritySeverity">A scanner's finding of this severity (0–10, as CVSS) or more blocks.</param>
public sealed record GatePolicy(
    string Version,
    decimal MinAddOn,
    decimal MaxAddOn,
    int NoticeOfRise,
    ImmutableArray<int> Ports,
    ImmutableSortedSet<string> EuCountries,
    decimal BlockingSecuritySeverity
)
{
    /// <summary>The access specification in force.</summary>
    public static GatePolicy Current { get; } =
        new(
            "access-2026-12",
            299m,
            1_899m,
            90,
            [443, 8443],
            [
                .. "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK AX GF GP MF MQ RE YT".Split(
                    ' '
                ),
            ],
            7.0m
        );
}
