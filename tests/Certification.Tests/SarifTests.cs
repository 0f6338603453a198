using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Certification.Scans;

namespace Marketplace.Certification.Tests;

/// <summary>Files as scanners write them, and files that hide something.</summary>
public sealed class SarifTests
{
    [Fact]
    public void A_file_as_CodeQL_writes_it_is_read_with_the_severity_of_its_rules()
    {
        var scan = Read(
            """
            {
              "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
              "runs": [{
                "tool": {
                  "driver": { "name": "CodeQL", "rules": [] },
                  "extensions": [{
                    "name": "codeql/csharp-queries",
                    "rules": [{
                      "id": "cs/sql-injection",
                      "defaultConfiguration": { "level": "error" },
                      "properties": { "tags": ["security", "external/cwe/cwe-089"], "security-severity": "8.8" }
                    }]
                  }]
                },
                "results": [{
                  "ruleId": "cs/sql-injection",
                  "rule": { "id": "cs/sql-injection", "index": 0, "toolComponent": { "index": 0 } },
                  "message": { "text": "This query depends on\n  [user input](1)." },
                  "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "src/Db.cs" }, "region": { "startLine": 42 } } }],
                  "partialFingerprints": { "primaryLocationLineHash": "39fa2ee980eb94b0:1" }
                }]
              }]
            }
            """
        );

        var result = Assert.Single(scan.Results);
        Assert.Equal(
            ("CodeQL", "cs/sql-injection", ScanLevel.Error, 8.8m, "A03", "This query depends on [user input](1).", "src/Db.cs:42"),
            (result.Tool, result.Rule, result.Level, result.SecuritySeverity!.Value, result.Owasp, result.Message, result.Place)
        );
    }

    [Theory]
    [InlineData("OWASP-A01:2021 - Broken Access Control", "A01")]
    [InlineData("OWASP-A10:2021 - Server-Side Request Forgery", "A10")]
    [InlineData("external/cwe/cwe-079", "A03")]
    [InlineData("CWE-918: Server-Side Request Forgery (SSRF)", "A10")]
    [InlineData("external/cwe/cwe-999999", "other")]
    [InlineData("maintainability", "other")]
    [InlineData("OWASP", "other")]
    [InlineData("OWASP-A01:2017 - Injection", "other")]
    public void A_finding_is_of_the_category_that_its_rule_names(string tag, string category)
    {
        var result = Fixtures.Result("rule", "warning");
        result["properties"] = new JsonObject { ["tags"] = new JsonArray(tag) };

        Assert.Equal(category, Assert.Single(Read(Fixtures.Scan(result).ToJsonString()).Results).Owasp);
    }

    [Theory]
    [InlineData("<xml/>", "no JSON")]
    [InlineData("[]", "no version")]
    [InlineData("{}", "no version")]
    [InlineData("""{"version":"2.0.0","runs":[]}""", "2.0.0")]
    [InlineData("""{"version":"2.1.0"}""", "no runs")]
    [InlineData("""{"version":"2.1.0","runs":[]}""", "no runs")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}}}]}""", "did not run to its end")]
    [InlineData("""{"version":"2.1.0","runs":[{"results":[]}]}""", "no tool")]
    [InlineData("""{"version":"2.1.0","runs":[{"results":[],"results":[]}]}""", "member twice")]
    [InlineData(
        """{"version":"2.1.0","runs":[{"tool":{"driver":{}},"invocations":[{"executionSuccessful":false}],"results":[]}]}""",
        "its end"
    )]
    [InlineData(
        """{"version":"2.1.0","runs":[{"tool":{"driver":{}},"externalPropertyFileReferences":{},"results":[]}]}""",
        "several files"
    )]
    [InlineData(
        """{"version":"2.1.0","runs":[{"tool":{"driver":{}},"invocations":[{"ruleConfigurationOverrides":[]}],"results":[{"ruleId":"a"}]}]}""",
        "overrides the levels"
    )]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{}},"results":[{"kind":"Fail"}]}]}""", "no kind")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{}},"results":[{"level":"Error"}]}]}""", "no level")]
    [InlineData(
        """{"version":"2.1.0","runs":[{"tool":{"driver":{}},"results":[{"properties":{"security-severity":"high"}}]}]}""",
        "security-severity"
    )]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":[{"ruleIndex":"1"}]}]}""", "another type")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"}},"results":[7]}]}""", "another type")]
    public void What_is_no_whole_scan_is_refused(string file, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => Read(file)).Message, StringComparison.Ordinal);

    [Fact]
    public void Findings_that_are_gone_and_results_that_are_none_are_left_out()
    {
        var gone = Fixtures.Result("gone", "error");
        gone["baselineState"] = "absent";
        var passed = Fixtures.Result("passed", "none");
        passed["kind"] = "pass";

        Assert.Equal(
            ["there"],
            Read(Fixtures.Scan(gone, passed, Fixtures.Result("there", "error")).ToJsonString()).Results.Select(result => result.Rule)
        );
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    [InlineData(7)]
    public void A_rule_of_a_component_that_is_not_there_is_unknown_and_not_a_strangers(int index)
    {
        var result = Fixtures.Result("rule", "warning");
        result["rule"] = new JsonObject
        {
            ["index"] = 0,
            ["toolComponent"] = new JsonObject { ["index"] = index },
        };

        Assert.Null(Assert.Single(Read(Fixtures.Scan(result).ToJsonString()).Results).SecuritySeverity);
    }

    [Fact]
    public void A_suppression_that_was_rejected_suppresses_nothing()
    {
        var result = Fixtures.Result("rule", "error");
        result["suppressions"] = new JsonArray(
            new JsonObject { ["kind"] = "inSource" },
            new JsonObject { ["kind"] = "external", ["status"] = "rejected" }
        );

        Assert.False(Assert.Single(Read(Fixtures.Scan(result).ToJsonString()).Results).IsSuppressed);
    }

    [Fact]
    public void A_scan_tells_new_findings_from_those_of_before()
    {
        var before = Read(
            Fixtures.Scan(Fixtures.Result("a", "error"), Fixtures.Result("b", "error"), Fixtures.Result("b", "error")).ToJsonString()
        );
        var moved = Fixtures.Result("a", "error");
        moved["locations"]![0]!["physicalLocation"]!["region"]!["startLine"] = 99;
        var now = Read(Fixtures.Scan(moved, Fixtures.Result("b", "error"), Fixtures.Result("c", "error")).ToJsonString());

        var summary = now.Summarize(before);

        Assert.Equal((1, 2, 1), (summary.New, summary.Unchanged, summary.Fixed));
        Assert.Equal((3, 0, 0), (now.Summarize(null).New, now.Summarize(null).Unchanged, now.Summarize(null).Fixed));
        Assert.Equal(3, summary.Owasp["other"]);
    }

    private static Scan Read(string file) => SarifReader.Read(Encoding.UTF8.GetBytes(file));
}
