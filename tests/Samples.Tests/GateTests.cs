using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Gate;

namespace Marketplace.Samples.Tests;

/// <summary>The manifests and scans of samples/ at the gate.</summary>
public sealed partial class GateTests
{
    private static readonly DateOnly Day = new(2026, 12, 1);

    [Theory]
    [InlineData("order-tagger", "passed", new string[0])]
    [InlineData("logistics", "needs-review", new[] { "scope-sensitive" })]
    public async Task A_good_sample_passes(string sample, string verdict, string[] rules)
    {
        var (code, report) = await Judge(sample);

        Assert.Equal((GateCommand.Passed, verdict), (code, report.GetProperty("verdict").GetString()));
        Assert.Equal(rules, Rules(report));
    }

    [Fact]
    public async Task The_over_asker_fails_exactly_the_rules_that_its_readme_names()
    {
        var named = NamedRule()
            .Matches(await File.ReadAllTextAsync(SampleFiles.PathOf("over-asker", "README.md"), TestContext.Current.CancellationToken))
            .Select(match => match.Groups[1].Value);

        var (code, report) = await Judge("over-asker");

        Assert.Equal((GateCommand.Failed, "failed"), (code, report.GetProperty("verdict").GetString()));
        Assert.Equal(
            ["field-without-scope", "residency", "scope-purpose-repeated", "scope-sensitive", "scope-wildcard"],
            Rules(report).Order(StringComparer.Ordinal)
        );
        Assert.Equal(Rules(report).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("order-tagger")]
    [InlineData("logistics")]
    [InlineData("over-asker")]
    public async Task A_scan_names_no_machine(string sample)
    {
        var scan = await File.ReadAllTextAsync(SampleFiles.PathOf(sample, "scan.sarif"), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("file:", scan, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("\"uri\": *\"/", scan);
        Assert.True(scan.Length < 50_000, "A scan in the repository is small.");
    }

    [Theory]
    [InlineData("logistics")]
    [InlineData("over-asker")]
    public async Task A_scan_of_ESLint_is_of_all_files(string sample)
    {
        var scan = JsonElement.Parse(
            await File.ReadAllTextAsync(SampleFiles.PathOf(sample, "scan.sarif"), TestContext.Current.CancellationToken)
        );

        Assert.Equal(
            Directory.EnumerateFiles(SampleFiles.FolderOf(sample), "*.js").Select(Path.GetFileName).Order(StringComparer.Ordinal),
            scan.GetProperty("runs")[0]
                .GetProperty("artifacts")
                .EnumerateArray()
                .Select(artifact => artifact.GetProperty("location").GetProperty("uri").GetString())
                .Order(StringComparer.Ordinal)
        );
    }

    private static async Task<(int Code, JsonElement Report)> Judge(string sample)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        string[] command =
        [
            SampleFiles.PathOf(sample, "manifest.json"),
            "--scan",
            SampleFiles.PathOf(sample, "scan.sarif"),
            "--format",
            "json",
        ];
        var code = await new GateCommand(output, errors, Day).Run(command, TestContext.Current.CancellationToken);
        Assert.Equal("", errors.ToString());
        return (code, JsonElement.Parse(output.ToString()).GetProperty("report"));
    }

    private static IEnumerable<string> Rules(JsonElement report) =>
        report.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()!).Distinct();

    [GeneratedRegex("^- `([a-z-]+)`", RegexOptions.Multiline)]
    private static partial Regex NamedRule();
}
