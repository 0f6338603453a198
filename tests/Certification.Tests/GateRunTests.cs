using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Certification.Tests;

/// <summary>Runs are repeatable, and nothing that can be handed in makes them fail.</summary>
public sealed class GateRunTests
{
    [Fact]
    public void The_same_inputs_have_the_same_verdict_hash_however_they_are_written()
    {
        var report = Fixtures.Judge(Fixtures.Manifest());
        var sorted = new JsonObject(
            Fixtures.Manifest().Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
        );
        var indented = Encoding.UTF8.GetBytes(sorted.ToJsonString(new() { WriteIndented = true }));
        var withMark = Gate.Run(
            new GateFiles((byte[])[0xEF, 0xBB, 0xBF, .. indented]) { Scan = Fixtures.Bytes(Fixtures.Scan()) },
            Fixtures.Today,
            GatePolicy.Current
        );

        Assert.Equal(report.VerdictHash, withMark.VerdictHash);
        Assert.Matches("^[0-9a-f]{64}$", report.VerdictHash);
        Assert.Contains(report.VerdictHash, report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_day_another_manifest_another_scan_and_another_policy_have_other_hashes()
    {
        var other = Fixtures.Manifest();
        other["summary"]!["en"] = "Marks orders.";
        string[] hashes =
        [
            Fixtures.Judge(Fixtures.Manifest()).VerdictHash,
            Fixtures.Judge(Fixtures.Manifest(), asOf: Fixtures.Today.AddDays(-1)).VerdictHash,
            Fixtures.Judge(other).VerdictHash,
            Fixtures.Judge(Fixtures.Manifest(), scan: Fixtures.Scan(Fixtures.Result("long-line", "note"))).VerdictHash,
            Gate.Run(
                new GateFiles(Fixtures.Bytes(Fixtures.Manifest())) { Scan = Fixtures.Bytes(Fixtures.Scan()) },
                Fixtures.Today,
                GatePolicy.Current with
                {
                    Version = "another",
                }
            ).VerdictHash,
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("{} {}", "no JSON")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""{"manifest":"1","manifest":"1"}""", "member twice")]
    [InlineData("""{"manifest":"\ud800"}""", "surrogate")]
    [InlineData("""{"manifest":1e400}""", "number")]
    public void What_is_no_manifest_fails_with_a_finding(string text, string evidence)
    {
        var report = Gate.Run(new GateFiles(Encoding.UTF8.GetBytes(text)), Fixtures.Today, GatePolicy.Current);

        Assert.Equal(GateVerdict.Failed, report.Verdict);
        Assert.Contains(report.Findings, finding =>
            finding.Rule == "manifest-schema" && finding.Evidence.Contains(evidence, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("/prices/effective_from", "2026-02-30")]
    [InlineData("/prices/effective_from", "tomorrow")]
    [InlineData("/plugin", "Tag Bee")]
    [InlineData("/version", "1.2")]
    [InlineData("/category", "games")]
    [InlineData("/support/email", "support")]
    public void A_finding_names_the_place_that_the_schema_objects_to(string place, string value)
    {
        var manifest = Fixtures.Manifest();
        var names = place.Split('/')[1..];
        var parent = names[..^1].Aggregate((JsonNode)manifest, (node, name) => node[name]!);
        parent[names[^1]] = value;

        var report = Fixtures.Judge(manifest);

        Assert.All(report.Findings, finding => Assert.Equal(("manifest-schema", place), (finding.Rule, finding.Place)));
        Assert.NotEmpty(report.Findings);
    }

    [Theory]
    [InlineData("1000.0")]
    [InlineData("1e3")]
    public void A_whole_number_that_is_written_as_a_fraction_fails_with_a_finding(string number)
    {
        var text = Fixtures.Manifest().ToJsonString().Replace("\"up_to\":1000,", $"\"up_to\":{number},", StringComparison.Ordinal);

        var report = Gate.Run(new GateFiles(Encoding.UTF8.GetBytes(text)), Fixtures.Today, GatePolicy.Current);

        Assert.Contains(report.Findings, finding => finding.Rule == "manifest-schema");
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_fail_with_a_finding()
    {
        byte[] text = [.. "{\"manifest\":\""u8, 0xB1, 0xEA, 0xC7, .. "\"}"u8];

        Assert.Equal("manifest-schema", Gate.Run(new GateFiles(text), Fixtures.Today, GatePolicy.Current).Findings[0].Rule);
    }

    [Fact]
    public void The_hash_does_not_depend_on_the_machines_calendar()
    {
        var manifest = Fixtures.Manifest();
        manifest["prices"]!["effective_from"] = "2026-11-30";
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("th-TH");
            var there = Fixtures.Judge(manifest);
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

            Assert.Equal("2026-11-30", Assert.Single(there.Findings).Evidence);
            Assert.Equal(Fixtures.Judge(manifest).VerdictHash, there.VerdictHash);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_day_at_the_end_of_the_calendar_is_refused() =>
        Assert.Throws<FormatException>(() => Fixtures.Judge(Fixtures.Manifest(), asOf: DateOnly.MaxValue));

    [Fact]
    public void A_listed_manifest_that_is_none_is_the_callers_mistake() =>
        Assert.Throws<FormatException>(() => Fixtures.Judge(Fixtures.Manifest(), listed: new JsonObject()));
}
