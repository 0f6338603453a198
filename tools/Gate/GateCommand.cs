using System.Globalization;
using Marketplace.Certification;

namespace Marketplace.Gate;

/// <summary>Runs a command line: read files, judge, print, exit code.</summary>
/// <param name="output">Receives the report.</param>
/// <param name="errors">Receives what went wrong.</param>
/// <param name="today">The day for which dates are judged unless another one is named.</param>
public sealed class GateCommand(TextWriter output, TextWriter errors, DateOnly today)
{
    public const int Passed = 0;
    public const int Failed = 1;
    public const int Impossible = 2;

    public async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            var arguments = GateArguments.Parse(args);
            return arguments.Manifest is null ? await ListRules() : await Judge(arguments, arguments.Manifest, cancellationToken);
        }
        catch (FormatException e)
        {
            await errors.WriteLineAsync(e.Message);
            await errors.WriteLineAsync();
            await errors.WriteLineAsync(GateArguments.Usage);
            return Impossible;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await errors.WriteLineAsync(e.Message);
            return Impossible;
        }
    }

    private async Task<int> ListRules()
    {
        foreach (var (id, severity, title) in Certification.Gate.Rules)
        {
            await output.WriteLineAsync($"{Text(severity), -9} {id, -24} {title}");
        }

        return Passed;
    }

    private async Task<int> Judge(GateArguments arguments, string manifest, CancellationToken cancellationToken)
    {
        var files = new GateFiles(await File.ReadAllBytesAsync(manifest, cancellationToken))
        {
            Listed = await Read(arguments.Listed, cancellationToken),
            Scan = await Read(arguments.Scan, cancellationToken),
            PreviousScan = await Read(arguments.PreviousScan, cancellationToken),
        };
        var report = Certification.Gate.Run(files, arguments.AsOf ?? today, GatePolicy.Current);
        if (arguments.Rule is { } rule)
        {
            return await JudgeRule(files, report, rule);
        }

        await (arguments.Json ? output.WriteLineAsync(report.ToJson()) : Print(report));
        return report.Verdict == GateVerdict.Failed ? Failed : Passed;
    }

    private async Task<int> JudgeRule(GateFiles files, GateReport report, string rule)
    {
        if (Certification.Gate.WhyNotJudged(rule, files, report) is { } why)
        {
            await errors.WriteLineAsync($"{rule} was not judged: {why}.");
            return Impossible;
        }

        var findings = report.Findings.Where(finding => finding.Rule == rule).ToArray();
        foreach (var finding in findings)
        {
            await Print(finding);
        }

        await output.WriteLineAsync(findings.Length == 0 ? $"{rule}: nothing found." : $"{rule}: {findings.Length} found.");
        return findings.Any(static finding => finding.Severity == GateSeverity.Blocking) ? Failed : Passed;
    }

    private async Task Print(GateReport report)
    {
        foreach (var finding in report.Findings)
        {
            await Print(finding);
        }

        if (report.Scan is { } scan)
        {
            await output.WriteLineAsync($"Scan: {scan.New} new, {scan.Unchanged} unchanged, {scan.Fixed} fixed.");
        }

        var verdict = report.Verdict switch
        {
            GateVerdict.Passed => "passed",
            GateVerdict.NeedsReview => "nothing blocks; a reviewer looks at what is marked review",
            GateVerdict.Failed => "failed",
            _ => throw new InvalidOperationException($"{report.Verdict} is no verdict."),
        };
        var day = report.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"{report.Plugin ?? "?"} {report.Version ?? "?"}: {verdict} ({report.Policy}, as of {day}).");
        await output.WriteLineAsync($"Verdict hash {report.VerdictHash}");
    }

    private async Task Print(GateFinding finding)
    {
        await output.WriteLineAsync($"{Text(finding.Severity), -9} {finding.Rule} at {finding.Place}");
        await output.WriteLineAsync($"          found:    {finding.Evidence}");
        await output.WriteLineAsync($"          expected: {finding.Expected}");
        await output.WriteLineAsync($"          rerun:    {finding.Rerun}");
    }

    private static string Text(GateSeverity severity) =>
        severity switch
        {
            GateSeverity.Note => "note",
            GateSeverity.Review => "review",
            GateSeverity.Blocking => "blocking",
            _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "No such severity."),
        };

    private static async Task<ReadOnlyMemory<byte>?> Read(string? path, CancellationToken cancellationToken) =>
        // The cast matters: an array converts to memory, a null one too, so null would become an empty file.
        path is null
            ? null
            : (ReadOnlyMemory<byte>?)await File.ReadAllBytesAsync(path, cancellationToken);
}
