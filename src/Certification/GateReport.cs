using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification;

/// <summary>How grave a finding is.</summary>
public enum GateSeverity
{
    /// <summary>Worth knowing; changes nothing.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>A reviewer looks at it (R33).</summary>
    [JsonStringEnumMemberName("review")]
    Review,

    /// <summary>Nothing passes with it.</summary>
    [JsonStringEnumMemberName("blocking")]
    Blocking,
}

/// <summary>The gate's result for a version.</summary>
public enum GateVerdict
{
    /// <summary>Nothing to review.</summary>
    [JsonStringEnumMemberName("passed")]
    Passed,

    /// <summary>A reviewer has to look at some findings.</summary>
    [JsonStringEnumMemberName("needs-review")]
    NeedsReview,

    /// <summary>At least one finding blocks.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>One rule's objection.</summary>
/// <param name="Id">
/// Names the rule and what it objects to (a scope, an address, a scanner's fingerprint, else the place): the same in the next version.
/// </param>
/// <param name="Rule">The rule, for example <c>scope-unknown</c>; docs/gate.md has them all.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="Place">JSON pointer into the manifest, or file and line of a scan.</param>
/// <param name="Evidence">What was found.</param>
/// <param name="Expected">What would pass.</param>
/// <param name="Rerun">The command that runs this rule alone.</param>
public sealed record GateFinding(
    string Id,
    string Rule,
    GateSeverity Severity,
    string Place,
    string Evidence,
    string Expected,
    string Rerun
);

/// <param name="Name">What it is: <c>manifest</c>, <c>listed</c>, <c>scan</c>, <c>previous-scan</c>.</param>
/// <param name="Sha256">Of the manifests the hash of the canonical form, of other files that of the bytes.</param>
public sealed record GateInputHash(string Name, string Sha256);

/// <summary>What the gate says of a version. The same inputs give the same report, wherever it runs.</summary>
/// <param name="Policy">The version of the access specification.</param>
/// <param name="AsOf">The day (Asia/Shanghai) for which dates were judged.</param>
/// <param name="Plugin">The plugin; null if the manifest does not tell.</param>
/// <param name="Version">Its version; null if the manifest does not tell.</param>
/// <param name="Inputs">What was judged.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Findings">By rule and place.</param>
/// <param name="Scan">The scan in figures; null without one.</param>
public sealed record GateReport(
    string Policy,
    DateOnly AsOf,
    string? Plugin,
    string? Version,
    ImmutableArray<GateInputHash> Inputs,
    GateVerdict Verdict,
    ImmutableArray<GateFinding> Findings,
    ScanSummary? Scan
)
{
    /// <summary>SHA-256 over the canonical form of the report, lower-case hex.</summary>
    [JsonIgnore]
    public string VerdictHash => CanonicalJson.Hash(JsonSerializer.SerializeToElement(this, GateReportJson.Default.GateReport));

    /// <summary>The report as a document, with its hash.</summary>
    public string ToJson() => JsonSerializer.Serialize(new SealedReport(this, VerdictHash), GateReportJson.Readable.SealedReport);
}

/// <param name="New">Findings that the scan before did not have.</param>
/// <param name="Unchanged">Findings that it had.</param>
/// <param name="Fixed">Findings of before that are gone.</param>
/// <param name="Owasp">Findings by category of the OWASP Top 10, <c>A01</c> to <c>A10</c>, or <c>other</c>.</param>
public sealed record ScanSummary(int New, int Unchanged, int Fixed, ImmutableSortedDictionary<string, int> Owasp);

internal sealed record SealedReport(GateReport Report, string VerdictHash);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(GateReport))]
[JsonSerializable(typeof(SealedReport))]
internal sealed partial class GateReportJson : JsonSerializerContext
{
    /// <summary>With Chinese and markup as they were written: the report is no part of a page.</summary>
    public static GateReportJson Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
