using System.Collections.Immutable;
using Marketplace.Certification.Scans;

namespace Marketplace.Certification.Rules;

/// <summary>Rules about the scanner's findings (R17).</summary>
internal static class ScanRules
{
    /// <summary>Judged by the gate itself, which knows whether there was a file that could not be read.</summary>
    public const string Missing = "scan-missing";

    public static ImmutableArray<GateRule> All { get; } =
    [
        new(Missing, GateSeverity.Blocking, "The code was scanned.", NoScan),
        new("scan-grave", GateSeverity.Blocking, "The scan has no grave finding.", Grave, GateNeed.Scan),
        new("scan-suppressed", GateSeverity.Review, "A reviewer looks at suppressed grave findings.", Suppressed, GateNeed.Scan),
        new("scan-lesser", GateSeverity.Note, "Lesser findings are listed.", Lesser, GateNeed.Scan),
    ];

    private static IEnumerable<Objection> NoScan(GateInput input)
    {
        if (input.Scan is null)
        {
            yield return new Objection("/", "No scan was handed in.", "A SARIF 2.1.0 file of a scanner that ran over this version's code.");
        }
    }

    private static IEnumerable<Objection> Grave(GateInput input) => Of(input, result => IsGrave(result, input) && !result.IsSuppressed);

    private static IEnumerable<Objection> Suppressed(GateInput input) => Of(input, result => IsGrave(result, input) && result.IsSuppressed);

    private static IEnumerable<Objection> Lesser(GateInput input) => Of(input, result => !IsGrave(result, input));

    private static IEnumerable<Objection> Of(GateInput input, Func<ScanResult, bool> isOfRule) =>
        from result in input.Scan?.Results ?? []
        where isOfRule(result)
        select new Objection(
            result.Place,
            $"{result.Tool} {result.Rule} ({result.Owasp}): {result.Message}",
            "Code without this finding.",
            result.Fingerprint
        );

    private static bool IsGrave(ScanResult result, GateInput input) =>
        result.SecuritySeverity is { } severity ? severity >= input.Policy.BlockingSecuritySeverity : result.Level == ScanLevel.Error;
}
