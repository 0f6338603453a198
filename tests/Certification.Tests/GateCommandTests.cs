using System.Text.Json;
using Marketplace.Gate;

namespace Marketplace.Certification.Tests;

/// <summary>The command that developers run before they submit.</summary>
public sealed class GateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_good_manifest_passes_and_the_report_is_the_librarys()
    {
        var (manifest, scan) = (
            Write("manifest.json", Fixtures.Bytes(Fixtures.Manifest())),
            Write("scan.sarif", Fixtures.Bytes(Fixtures.Scan()))
        );

        var text = await Run(manifest, "--scan", scan);
        var json = await Run(manifest, "--scan", scan, "--format", "json");

        var hash = Fixtures.Judge(Fixtures.Manifest()).VerdictHash;
        Assert.Equal((GateCommand.Passed, GateCommand.Passed), (text.Code, json.Code));
        Assert.Contains($"Verdict hash {hash}", text.Output, StringComparison.Ordinal);
        Assert.Equal(hash, JsonElement.Parse(json.Output).GetProperty("verdict_hash").GetString());
        Assert.Equal("passed", JsonElement.Parse(json.Output).GetProperty("report").GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_finding_names_the_command_that_runs_its_rule_alone_and_that_command_works()
    {
        var manifest = Write("manifest.json", Fixtures.Bytes(Fixtures.Manifest()));

        var whole = await Run(manifest);
        var alone = await Run(manifest, "--rule", "scan-missing");
        var other = await Run(manifest, "--rule", "residency");

        Assert.Equal((GateCommand.Failed, GateCommand.Failed, GateCommand.Passed), (whole.Code, alone.Code, other.Code));
        Assert.Contains(
            "rerun:    dotnet run --project tools/Gate -- <manifest> --as-of 2026-12-01 --rule scan-missing",
            whole.Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Verdict hash", alone.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan-grave")]
    [InlineData("scan-unreadable")]
    [InlineData("price-notice")]
    public async Task A_rule_that_lacks_a_file_is_not_said_to_have_found_nothing(string rule)
    {
        var manifest = Write("manifest.json", Fixtures.Bytes(Fixtures.Manifest()));

        var result = await Run(manifest, "--rule", rule);

        Assert.Equal((GateCommand.Impossible, string.Empty), (result.Code, result.Output));
        Assert.Contains($"{rule} was not judged: it needs", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_is_not_judged_on_a_manifest_that_is_none()
    {
        var result = await Run(Write("manifest.json", "{}"u8.ToArray()), "--rule", "residency");

        Assert.Equal(GateCommand.Impossible, result.Code);
    }

    [Fact]
    public async Task The_rules_are_listed()
    {
        var listed = await Run("--rules");

        Assert.All(Certification.Gate.Rules, rule => Assert.Contains(rule.Id, listed.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("first argument")]
    [InlineData("first argument", "--scan")]
    [InlineData("needs a value", "manifest.json", "--scan")]
    [InlineData("no option --skan", "manifest.json", "--skan", "x")]
    [InlineData("yyyy-MM-dd", "manifest.json", "--as-of", "2026-13-01")]
    [InlineData("text and json", "manifest.json", "--format", "xml")]
    [InlineData("no-such-file.json", "no-such-file.json")]
    public async Task A_wrong_command_line_is_told(string named, params string[] args)
    {
        var result = await Run(args);

        Assert.Equal(GateCommand.Impossible, result.Code);
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await new GateCommand(output, errors, Fixtures.Today).Run(args, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
