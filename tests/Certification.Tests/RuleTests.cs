using System.Text.Json.Nodes;

namespace Marketplace.Certification.Tests;

/// <summary>One fixture for each automatic rule: it breaks that rule and no other.</summary>
public sealed class RuleTests
{
    private static readonly Dictionary<string, Func<GateReport>> Breaking = new()
    {
        ["manifest-schema"] = () => Changed(manifest => manifest.Remove("support")),
        ["scan-unreadable"] = () => Fixtures.Judge(Fixtures.Manifest(), scan: new JsonObject { ["version"] = "1.0.0" }),
        ["text-missing"] = () => Changed(manifest => manifest["languages"]!.AsArray().Add("es"), findings: 3),
        ["text-blank"] = () => Changed(manifest => manifest["summary"]!["zh"] = "  "),
        ["text-control"] = () => Changed(manifest => manifest["version"] = "1.2.0\n"),
        ["regime-without-market"] = () => Changed(manifest => manifest["regimes"] = new JsonArray("rostest")),
        ["schema-unknown"] = () => Changed(manifest => manifest["schema"] = "2019-01"),
        ["claim-date"] = () => Changed(manifest => manifest["claims"] = new JsonArray(Claim("2026-12-02")), beside: "claim-to-verify"),
        ["claim-to-verify"] = () => Changed(manifest => manifest["claims"] = new JsonArray(Claim("2026-05-02"))),
        ["scope-wildcard"] = () => Changed(manifest => Scope(manifest, 1)["scope"] = "orders.*"),
        ["scope-unknown"] = () => Changed(manifest => Scope(manifest, 1)["scope"] = "orders.eat"),
        ["scope-repeated"] = () => Changed(manifest => Scope(manifest, 1)["scope"] = "orders.read"),
        ["scope-purpose-repeated"] = () => Changed(manifest => Scope(manifest, 1)["purpose"] = Scope(manifest, 0)["purpose"]!.DeepClone()),
        ["scope-write-of-dashboard"] = () => Changed(manifest => manifest["category"] = "data-dashboard"),
        ["scope-sensitive"] = () => Changed(manifest => Scope(manifest, 1)["scope"] = "products.write"),
        ["touches-of-read"] = () => Changed(manifest => Scope(manifest, 0)["touches"] = new JsonArray("title")),
        ["field-unknown"] = () => Changed(manifest => manifest["fields"]!.AsArray().Add("order.colour")),
        ["field-without-scope"] = () => Changed(manifest => manifest["fields"]!.AsArray().Add("product.title")),
        ["address-form"] = () => Changed(manifest => Endpoint(manifest)["url"] = "https://10.0.0.7/events"),
        ["address-port"] = () => Changed(manifest => Endpoint(manifest)["url"] = "https://hooks.tag-bee.example:9200/events"),
        ["address-reserved"] = () => Changed(manifest => Endpoint(manifest)["url"] = "https://hooks.tag-bee.internal/events"),
        ["endpoint-repeated"] = () => Changed(manifest => manifest["endpoints"]!.AsArray().Add(Endpoint(manifest).DeepClone())),
        ["webhook-missing"] = () => Changed(manifest => Endpoint(manifest)["kind"] = "page"),
        ["residency"] = () => Changed(manifest => manifest["markets"]!.AsArray().Add("DE")),
        ["tiers-rise"] = () => Changed(manifest => manifest["prices"]!["tiers"]![1]!["up_to"] = 1000),
        ["add-on-price"] = () => Changed(manifest => AddOns(manifest)[0]!["monthly"] = 298.99),
        ["add-on-repeated"] = () => Changed(manifest => AddOns(manifest).Add(AddOns(manifest)[0]!.DeepClone())),
        ["price-past"] = () => Changed(manifest => manifest["prices"]!["effective_from"] = "2026-11-30"),
        ["price-notice"] = () => Next(manifest => AddOns(manifest)[0]!["monthly"] = 300, effectiveFrom: "2027-02-28"),
        ["price-announced"] = () =>
            Next(
                manifest => manifest["prices"]!["effective_from"] = "2027-02-01",
                listed: listed => listed["prices"]!["effective_from"] = "2027-03-01"
            ),
        ["plugin-changed"] = () => Next(manifest => manifest["plugin"] = "tag-wasp"),
        ["version-not-higher"] = () => Next(manifest => manifest["version"] = "1.2.0"),
        ["scope-widened"] = () => Next(manifest => manifest["scopes"]!.AsArray().Add(FurtherScope())),
        ["category-changed"] = () => Next(manifest => manifest["category"] = "logistics"),
        ["scan-missing"] = () => Gate.Run(new GateFiles(Fixtures.Bytes(Fixtures.Manifest())), Fixtures.Today, GatePolicy.Current),
        ["scan-grave"] = () => Fixtures.Judge(Fixtures.Manifest(), scan: Fixtures.Scan(Fixtures.Result("sql-injection", "error"))),
        ["scan-suppressed"] = () => Fixtures.Judge(Fixtures.Manifest(), scan: Fixtures.Scan(Suppressed())),
        ["scan-lesser"] = () => Fixtures.Judge(Fixtures.Manifest(), scan: Fixtures.Scan(Fixtures.Result("long-line", "warning"))),
    };

    public static TheoryData<string> Rules => [.. Gate.Rules.Select(rule => rule.Id)];

    [Fact]
    public void Every_rule_has_a_fixture() => Assert.Equal(Gate.Rules.Select(rule => rule.Id).Order(), Breaking.Keys.Order());

    [Fact]
    public void The_documentation_has_a_row_for_every_rule()
    {
        using var stream = typeof(RuleTests).Assembly.GetManifestResourceStream("gate.md")!;
        using var reader = new StreamReader(stream);
        var rows = reader
            .ReadToEnd()
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && !line.Contains("--", StringComparison.Ordinal));

        Assert.Equal(Gate.Rules.Select(rule => $"| `{rule.Id}` | {rule.Severity.ToString().ToLowerInvariant()} | {rule.Title} |"), rows);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_fixture_breaks_its_rule_and_no_other(string rule)
    {
        var report = Breaking[rule]();

        var (_, severity, _) = Gate.Rules.Single(known => known.Id == rule);
        Assert.All(report.Findings.Where(finding => finding.Rule != "claim-to-verify"), finding => Assert.Equal(rule, finding.Rule));
        var found = report.Findings.First(finding => finding.Rule == rule);
        Assert.Equal(severity, found.Severity);
        Assert.StartsWith($"{rule}:", found.Id, StringComparison.Ordinal);
        Assert.Equal(report.Findings.Length, report.Findings.Select(finding => finding.Id).Distinct().Count());
        Assert.All([found.Evidence, found.Expected, found.Rerun], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.Equal(
            severity switch
            {
                GateSeverity.Blocking => GateVerdict.Failed,
                GateSeverity.Review => GateVerdict.NeedsReview,
                _ => GateVerdict.Passed,
            },
            report.Verdict
        );
    }

    [Fact]
    public void Nothing_is_found_in_a_good_manifest_with_a_clean_scan()
    {
        var report = Fixtures.Judge(Fixtures.Manifest());

        Assert.Equal((GateVerdict.Passed, "tag-bee", "1.2.0"), (report.Verdict, report.Plugin, report.Version));
        Assert.Empty(report.Findings);
    }

    [Theory]
    [InlineData("http://hooks.tag-bee.example/events")]
    [InlineData("https://user@hooks.tag-bee.example/events")]
    [InlineData("https://hooks.tag-bee.example/events#part")]
    [InlineData("https://[::1]/events")]
    [InlineData("https://0x7f000001/events")]
    [InlineData("https://2130706433/events")]
    [InlineData("hooks.tag-bee.example")]
    public void An_endpoint_that_could_be_anything_else_is_refused(string url)
    {
        var report = Changed(manifest => Endpoint(manifest)["url"] = url);

        Assert.Equal(GateVerdict.Failed, report.Verdict);
        Assert.Contains(report.Findings, finding => finding.Rule is "address-form" or "address-reserved");
    }

    [Theory]
    [InlineData("serves_eu", "true")]
    [InlineData("markets", "[]")]
    [InlineData("markets", """["US","SE"]""")]
    public void A_plugin_that_may_handle_EU_data_has_all_endpoints_in_Frankfurt(string member, string value)
    {
        var inHangzhou = Changed(manifest => manifest[member] = JsonNode.Parse(value));
        var inFrankfurt = Changed(manifest =>
        {
            manifest[member] = JsonNode.Parse(value);
            Endpoint(manifest)["region"] = "eu";
        });

        Assert.Equal("residency", Assert.Single(inHangzhou.Findings).Rule);
        Assert.Empty(inFrankfurt.Findings);
    }

    [Theory]
    [InlineData("EU")]
    [InlineData("EL")]
    [InlineData("UK")]
    [InlineData("DE\n")]
    public void A_market_that_is_no_country_is_refused(string market)
    {
        var report = Changed(manifest => manifest["markets"]!.AsArray().Add(market));

        Assert.Equal("manifest-schema", Assert.Single(report.Findings.Select(finding => finding.Rule).Distinct()));
    }

    [Theory]
    [InlineData("https://localhost./events", "address-reserved")]
    [InlineData("https://hooks.internal./events", "address-reserved")]
    [InlineData("https://10.0.0.7./events", "address-form")]
    [InlineData("https://hooks.example\\@evil.example/", "address-form")]
    public void A_trailing_dot_or_a_backslash_makes_no_other_host(string url, string rule) =>
        Assert.Equal(rule, Assert.Single(Changed(manifest => Endpoint(manifest)["url"] = url).Findings).Rule);

    [Fact]
    public void A_host_whose_ASCII_form_is_too_long_is_refused()
    {
        var name = string.Concat(Enumerable.Range(0, 60).Select(i => (char)(0x4E00 + (i * 7))));

        Assert.Equal(
            "address-form",
            Assert.Single(Changed(manifest => Endpoint(manifest)["url"] = $"https://{name}.example/").Findings).Rule
        );
    }

    [Fact]
    public void Support_and_documents_of_claims_are_addresses_too()
    {
        var report = Changed(manifest => manifest["support"]!["page"] = "https://user@10.0.0.7/");

        Assert.Equal(("address-form", "/support/page"), (Assert.Single(report.Findings).Rule, report.Findings[0].Place));
    }

    [Theory]
    [InlineData("/prices/add_ons/0/name", "zh")]
    [InlineData("/scopes/0", "feature")]
    public void A_text_of_invisible_characters_is_blank(string place, string member)
    {
        var report = Changed(manifest =>
        {
            var parent = place
                .Split('/')[1..]
                .Aggregate((JsonNode)manifest, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!);
            parent[member] = "\u200b \u2060";
        });

        Assert.Equal("text-blank", Assert.Single(report.Findings).Rule);
    }

    [Fact]
    public void Removing_the_limits_of_a_write_or_requiring_a_scope_is_reviewed()
    {
        var required = Next(manifest => Scope(manifest, 1)["required"] = true);
        var touches = Next(_ => { }, listed: listed => Scope(listed, 1)["touches"] = new JsonArray("kind"));

        Assert.Equal("scope-widened", Assert.Single(required.Findings).Rule);
        Assert.Equal("scope-widened", Assert.Single(touches.Findings).Rule);
    }

    [Fact]
    public void A_finding_keeps_its_id_when_it_moves()
    {
        var first = Fixtures.Manifest();
        Scope(first, 1)["scope"] = "orders.eat";
        var second = Fixtures.Manifest();
        Scope(second, 0)["scope"] = "orders.eat";
        second["fields"] = new JsonArray();

        Assert.Equal(Fixtures.Judge(first).Findings.Single().Id, Fixtures.Judge(second).Findings.Single().Id);
    }

    [Fact]
    public void A_dropped_or_renamed_add_on_needs_notice()
    {
        var renamed = Next(manifest => AddOns(manifest)[0]!["id"] = "terms-2");

        Assert.Equal("price-notice", Assert.Single(renamed.Findings).Rule);
    }

    [Fact]
    public void A_rise_announced_ninety_days_before_passes_and_a_fall_needs_no_notice()
    {
        var rise = Next(manifest => AddOns(manifest)[0]!["monthly"] = 300, effectiveFrom: "2027-03-01");
        var fall = Next(manifest => manifest["prices"]!["tiers"]![1]!["unit_price"] = 0.01, effectiveFrom: "2026-12-01");

        Assert.Empty(rise.Findings);
        Assert.Empty(fall.Findings);
    }

    private static GateReport Changed(Action<JsonObject> change, int findings = 1, string? beside = null)
    {
        var manifest = Fixtures.Manifest();
        change(manifest);
        var report = Fixtures.Judge(manifest);
        Assert.True(beside is not null || report.Findings.Length <= findings, report.ToJson());
        return report;
    }

    /// <summary>The next version of the good plugin.</summary>
    private static GateReport Next(Action<JsonObject> change, string effectiveFrom = "2026-12-01", Action<JsonObject>? listed = null)
    {
        var (manifest, before) = (Fixtures.Manifest(), Fixtures.Manifest());
        listed?.Invoke(before);
        manifest["version"] = "1.3.0";
        manifest["prices"]!["effective_from"] = effectiveFrom;
        change(manifest);
        return Fixtures.Judge(manifest, listed: before);
    }

    private static JsonNode Scope(JsonObject manifest, int index) => manifest["scopes"]![index]!;

    private static JsonNode Endpoint(JsonObject manifest) => manifest["endpoints"]![0]!;

    private static JsonArray AddOns(JsonObject manifest) => manifest["prices"]!["add_ons"]!.AsArray();

    private static JsonNode FurtherScope()
    {
        var scope = Scope(Fixtures.Manifest(), 1).DeepClone();
        scope["scope"] = "logistics.read";
        scope["purpose"] = new JsonObject { ["zh"] = "查看物流。", ["en"] = "Follows parcels." };
        return scope;
    }

    private static JsonObject Suppressed()
    {
        var result = Fixtures.Result("sql-injection", "error");
        result["suppressions"] = new JsonArray(new JsonObject { ["kind"] = "inSource" });
        return result;
    }

    private static JsonObject Claim(string date) =>
        new JsonObject
        {
            ["text"] = new JsonObject { ["zh"] = "已通过审计。", ["en"] = "Audited." },
            ["verifier"] = "Made-up Auditors",
            ["date"] = date,
            ["document"] = "https://auditors.example/report.pdf",
        };
}
