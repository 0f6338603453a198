using System.Collections.Immutable;

namespace Marketplace.Certification.Scans;

/// <summary>SARIF's levels.</summary>
public enum ScanLevel
{
    None,
    Note,
    Warning,
    Error,
}

/// <summary>One finding of a scanner.</summary>
/// <param name="Tool">The scanner.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="Level">How grave the scanner takes it.</param>
/// <param name="SecuritySeverity">0–10, as CVSS; null if the rule has none.</param>
/// <param name="Owasp">Category of the OWASP Top 10 (2021), <c>A01</c> to <c>A10</c>, or <c>other</c>.</param>
/// <param name="Message">The scanner's text, cut.</param>
/// <param name="Place">File and line.</param>
/// <param name="IsSuppressed">True if the developer suppressed it.</param>
/// <param name="Fingerprint">The same in the next scan of code that moved.</param>
public sealed record ScanResult(
    string Tool,
    string Rule,
    ScanLevel Level,
    decimal? SecuritySeverity,
    string Owasp,
    string Message,
    string Place,
    bool IsSuppressed,
    string Fingerprint
);

/// <summary>The findings of a SARIF file, those that are no longer there and those that are no findings left out.</summary>
public sealed record Scan(ImmutableArray<ScanResult> Results)
{
    /// <summary>The scan in figures, against the one before.</summary>
    public ScanSummary Summarize(Scan? before)
    {
        // A scanner may report one weakness at several places under one fingerprint: the counts are of findings, so each is matched once.
        var known = (before?.Results ?? [])
            .GroupBy(static result => result.Fingerprint)
            .ToDictionary(static group => group.Key, static group => group.Count());
        var now = Results
            .GroupBy(static result => result.Fingerprint)
            .ToDictionary(static group => group.Key, static group => group.Count());
        var unchanged = now.Sum(item => Math.Min(item.Value, known.GetValueOrDefault(item.Key)));
        return new ScanSummary(
            Results.Length - unchanged,
            unchanged,
            known.Values.Sum() - unchanged,
            Results
                .GroupBy(static result => result.Owasp)
                .ToImmutableSortedDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal)
        );
    }
}
