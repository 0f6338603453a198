using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Certification.Manifests;
using Marketplace.Certification.Rules;
using Marketplace.Certification.Scans;

namespace Marketplace.Certification;

/// <summary>The files of one run of the gate.</summary>
/// <param name="Manifest">The manifest to be judged.</param>
public sealed record GateFiles(ReadOnlyMemory<byte> Manifest)
{
    /// <summary>The manifest of the version listed now; null for a first version.</summary>
    public ReadOnlyMemory<byte>? Listed { get; init; }

    /// <summary>A SARIF file; null without a scan.</summary>
    public ReadOnlyMemory<byte>? Scan { get; init; }

    /// <summary>The SARIF file of the version before; null without one.</summary>
    public ReadOnlyMemory<byte>? PreviousScan { get; init; }
}

/// <summary>
/// The static part of the technical gate (R17, R18, R20, R33, R54): judges a manifest and a scan without running the plugin. The same files
/// on the same day get the same report, from the server and from a developer's machine.
/// </summary>
public static class Gate
{
    /// <summary>Maximum bytes of a manifest.</summary>
    public const int MaxManifestBytes = 512 * 1024;

    /// <summary>Maximum bytes of a SARIF file.</summary>
    public const int MaxScanBytes = 64 * 1024 * 1024;

    private const string SchemaRule = "manifest-schema";
    private const string ScanRule = "scan-unreadable";

    // Far from the calendar's ends, because rules look years back and ahead.
    private static readonly DateOnly FirstDay = new(2000, 1, 1);
    private static readonly DateOnly LastDay = new(2999, 12, 31);

    /// <summary>The rules in force: id, severity and what each demands.</summary>
    public static ImmutableArray<(string Id, GateSeverity Severity, string Title)> Rules { get; } =
    [
        (SchemaRule, GateSeverity.Blocking, "A manifest is as its schema says."),
        (ScanRule, GateSeverity.Blocking, "A scan is a whole SARIF 2.1.0 file."),
        .. GateRules.All.Select(static rule => (rule.Id, rule.Severity, rule.Title)),
    ];

    /// <param name="files">What is judged.</param>
    /// <param name="asOf">The day (Asia/Shanghai) for which dates are judged; 2000-01-01 to 2999-12-31.</param>
    /// <param name="policy">The access specification.</param>
    /// <exception cref="FormatException">
    /// The listed manifest or the previous scan is none, although they were accepted before, or the day is out of bounds.
    /// </exception>
    public static GateReport Run(GateFiles files, DateOnly asOf, GatePolicy policy)
    {
        if (asOf < FirstDay || asOf > LastDay)
        {
            throw new FormatException($"The day is from {FirstDay.Text()} to {LastDay.Text()}.");
        }

        var inputs = ImmutableArray.CreateBuilder<GateInputHash>();
        var objections = new List<(GateRule Rule, Objection Objection)>();
        var manifest = ReadManifest(files.Manifest, "manifest", inputs, objections);
        var listed = files.Listed is { } earlier ? ReadManifest(earlier, "listed", inputs, null) : null;
        var scan = ReadScan(files.Scan, "scan", inputs, objections);
        var previous = ReadScan(files.PreviousScan, "previous-scan", inputs, null);
        if (manifest is not null)
        {
            var input = new GateInput(manifest, listed, scan, asOf, policy);
            objections.AddRange(
                from rule in GateRules.All
                where rule.Id != ScanRules.Missing || files.Scan is null
                from objection in rule.Judge(input)
                select (rule, objection)
            );
        }

        var findings = Findings(objections, RerunOf(files, asOf));
        return new GateReport(
            policy.Version,
            asOf,
            manifest?.Plugin,
            manifest?.Version,
            inputs.ToImmutable(),
            VerdictOf(findings),
            findings,
            scan?.Summarize(previous)
        );
    }

    /// <summary>Why a rule could not judge these files; null if it could.</summary>
    /// <exception cref="FormatException">There is no such rule.</exception>
    public static string? WhyNotJudged(string rule, GateFiles files, GateReport report)
    {
        if (rule is SchemaRule or ScanRule)
        {
            return rule == ScanRule && files.Scan is null ? "it needs a scan (--scan)" : null;
        }

        var known = GateRules.All.FirstOrDefault(known => known.Id == rule)
            ?? throw new FormatException($"There is no rule {rule}; --rules lists them.");
        return report.Findings.Any(static finding => finding.Rule == SchemaRule) ? "the manifest is not as its schema says"
            : known.Needs == GateNeed.Listed && files.Listed is null ? "it needs the listed manifest (--listed)"
            : known.Needs == GateNeed.Scan && files.Scan is null ? "it needs a scan (--scan)"
            : known.Needs == GateNeed.Scan && report.Scan is null ? "the scan cannot be read"
            : null;
    }

    /// <summary>Reads a manifest; null if it is none, with an objection for each reason.</summary>
    /// <exception cref="FormatException">It is none, and no objections are collected.</exception>
    private static Manifest? ReadManifest(
        ReadOnlyMemory<byte> file,
        string name,
        ImmutableArray<GateInputHash>.Builder inputs,
        List<(GateRule Rule, Objection Objection)>? objections
    )
    {
        var (document, problem) = Parse(file);
        inputs.Add(new GateInputHash(name, problem is null ? CanonicalJson.Hash(document) : HashOf(file)));
        var errors = problem is null ? ManifestSchema.Check(document) : [new SchemaError("/", problem)];
        var manifest = errors.IsEmpty ? Deserialize(document, ref errors) : null;
        if (manifest is not null)
        {
            return manifest;
        }

        if (objections is null)
        {
            throw new FormatException($"The {name} manifest is none: {errors[0].Place}: {errors[0].Message}");
        }

        var rule = new GateRule(SchemaRule, GateSeverity.Blocking, string.Empty, static _ => []);
        objections.AddRange(errors.Select(error => (rule, new Objection(error.Place, error.Message, "See /schemas/manifest."))));
        return null;
    }

    private static Manifest? Deserialize(JsonElement document, ref ImmutableArray<SchemaError> errors)
    {
        try
        {
            return document.Deserialize(ManifestJson.Default.Manifest);
        }
        catch (JsonException e)
        {
            // A whole number with a decimal point is one to the schema and none to us.
            errors = [new SchemaError(e.Path ?? "/", "The value is not written as its type.")];
            return null;
        }
    }

    private static (JsonElement Document, string? Problem) Parse(ReadOnlyMemory<byte> file)
    {
        if (file.Length > MaxManifestBytes)
        {
            return (default, $"It is longer than {MaxManifestBytes} bytes.");
        }

        try
        {
            using var parsed = JsonDocument.Parse(TextFile.Content(file), TextFile.Strict);
            var document = parsed.RootElement.Clone();
            _ = CanonicalJson.Write(document);
            return (document, null);
        }
        catch (JsonException e)
        {
            return (default, $"It is no JSON, or has a member twice (line {e.LineNumber + 1}, byte {e.BytePositionInLine}).");
        }
        catch (FormatException e)
        {
            return (default, e.Message);
        }
    }

    private static Scan? ReadScan(
        ReadOnlyMemory<byte>? file,
        string name,
        ImmutableArray<GateInputHash>.Builder inputs,
        List<(GateRule Rule, Objection Objection)>? objections
    )
    {
        if (file is not { } bytes)
        {
            return null;
        }

        inputs.Add(new GateInputHash(name, HashOf(bytes)));
        try
        {
            return bytes.Length <= MaxScanBytes
                ? SarifReader.Read(bytes)
                : throw new FormatException($"It is longer than {MaxScanBytes} bytes.");
        }
        catch (FormatException e) when (objections is not null)
        {
            var rule = new GateRule(ScanRule, GateSeverity.Blocking, string.Empty, static _ => []);
            objections.Add((rule, new Objection("/", e.Message, "A whole SARIF 2.1.0 file.")));
            return null;
        }
    }

    private static ImmutableArray<GateFinding> Findings(IEnumerable<(GateRule Rule, Objection Objection)> objections, string rerun)
    {
        var sorted = objections
            .OrderByDescending(static one => one.Rule.Severity)
            .ThenBy(static one => one.Rule.Id, StringComparer.Ordinal)
            .ThenBy(static one => one.Objection.Place, StringComparer.Ordinal)
            .ThenBy(static one => one.Objection.Evidence, StringComparer.Ordinal);
        var findings = ImmutableArray.CreateBuilder<GateFinding>();
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (rule, objection) in sorted)
        {
            var id = $"{rule.Id}:{HashOf(Encoding.UTF8.GetBytes(objection.Key ?? objection.Place))[..12]}";
            times[id] = times.GetValueOrDefault(id) + 1;
            findings.Add(
                new GateFinding(
                    times[id] == 1 ? id : FormattableString.Invariant($"{id}:{times[id]}"),
                    rule.Id,
                    rule.Severity,
                    objection.Place,
                    objection.Evidence,
                    objection.Expected,
                    $"{rerun} --rule {rule.Id}"
                )
            );
        }

        return findings.ToImmutable();
    }

    private static string RerunOf(GateFiles files, DateOnly asOf) =>
        "dotnet run --project tools/Gate -- <manifest>"
        + (files.Listed is null ? string.Empty : " --listed <listed>")
        + (files.Scan is null ? string.Empty : " --scan <scan>")
        + $" --as-of {asOf.Text()}";

    private static GateVerdict VerdictOf(ImmutableArray<GateFinding> findings) =>
        findings.Max(static finding => (GateSeverity?)finding.Severity) switch
        {
            GateSeverity.Blocking => GateVerdict.Failed,
            GateSeverity.Review => GateVerdict.NeedsReview,
            _ => GateVerdict.Passed,
        };

    private static string HashOf(ReadOnlyMemory<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file.Span));
}
