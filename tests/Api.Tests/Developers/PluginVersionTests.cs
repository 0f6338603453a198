using System.Text;
using System.Text.Json;
using Marketplace.Certification;

namespace Marketplace.Api.Tests.Developers;

/// <summary>A version goes through the gate and both tracks over HTTP.</summary>
public class PluginVersionTests(TestMarketplace marketplace)
{
    private const string Scan = DeveloperScenario.Scan;

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_server_gives_the_same_verdict_as_the_tool()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewPlugin();
        var manifest = DeveloperScenario.Manifest(plugin);

        var version = await author.AddVersion(plugin, manifest, Scan);

        var hash = version.GetProperty("hash").GetString()!;
        var report = (await author.Get($"/developer/v1/plugins/{plugin}/versions/{hash}/report")).OrThrow().Json;
        var asOf = DateOnly.Parse(version.GetProperty("gate").GetProperty("as_of").GetString()!, null);
        var files = new GateFiles(Encoding.UTF8.GetBytes(manifest)) { Scan = Encoding.UTF8.GetBytes(Scan) };
        var local = Gate.Run(files, asOf, GatePolicy.Current);
        Assert.Equal(local.VerdictHash, version.GetProperty("gate").GetProperty("verdict_hash").GetString());
        Assert.Equal(local.VerdictHash, report.GetProperty("verdict_hash").GetString());
        Assert.Equal(local.Inputs[0].Sha256, hash);
    }

    [Fact]
    public async Task What_is_no_manifest_of_the_plugin_is_refused_and_a_version_never_changes()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewPlugin();
        (await author.TryAddVersion(plugin, "{}", Scan)).IsProblem(422, "manifest-invalid");
        (await author.TryAddVersion(plugin, DeveloperScenario.Manifest("another"), Scan)).IsProblem(422, "manifest-invalid");

        await author.AddVersion(plugin, DeveloperScenario.Manifest(plugin), Scan);
        var again = await author.AddVersion(
            plugin,
            DeveloperScenario.Manifest(plugin).Replace("\n", "\n ", StringComparison.Ordinal),
            Scan
        );

        Assert.Equal("1.0.0", again.GetProperty("version").GetString());
        var changed = DeveloperScenario.Manifest(plugin).Replace("Marks abnormal orders.", "Marks odd orders.", StringComparison.Ordinal);
        (await author.TryAddVersion(plugin, changed, Scan)).IsProblem(409, "plugin-version-exists");
    }

    [Fact]
    public async Task A_blocked_version_is_not_reviewed()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewPlugin();
        var version = await author.AddVersion(
            plugin,
            DeveloperScenario.Manifest(plugin).Replace("\"serves_eu\":false", "\"serves_eu\":true", StringComparison.Ordinal),
            Scan
        );

        Assert.True(version.GetProperty("gate").GetProperty("blocking").GetInt32() > 0);
        var hash = version.GetProperty("hash").GetString();
        (await author.Post($"/developer/v1/plugins/{plugin}/versions/{hash}/submit")).IsProblem(422, "gate-blocks");
    }

    [Fact]
    public async Task Both_tracks_decide_side_by_side_and_a_listing_waits_for_the_rounds()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewPlugin();
        var hash = (await author.AddVersion(plugin, DeveloperScenario.Manifest(plugin), Scan)).GetProperty("hash").GetString()!;
        (await author.Post($"/developer/v1/plugins/{plugin}/versions/{hash}/submit")).OrThrow();
        var security = new DeveloperPerson(marketplace, await Client.StaffToken("security-reviewer-user", "sam"), string.Empty);
        var business = new DeveloperPerson(marketplace, await Client.StaffToken("business-reviewer-user", "bea"), string.Empty);
        Assert.Contains(plugin, (await security.Get("/review/v1/security/versions")).OrThrow().Text, StringComparison.Ordinal);
        Assert.Contains(plugin, (await business.Get("/review/v1/business/versions")).OrThrow().Text, StringComparison.Ordinal);

        await security.Decide("security", plugin, hash, """{"verdict":"request-changes","reasons":["Name the sub-processor."]}""");
        await business.Decide(
            "business",
            plugin,
            hash,
            """{"verdict":"approve","scores":{"fit":5,"order-flow":4,"price":5,"screenshots":3,"texts":4}}"""
        );

        var seen = (await author.Get($"/developer/v1/plugins/{plugin}")).OrThrow().Json.GetProperty("versions")[0];
        Assert.Equal(
            ("changes-requested", "approved", "access-2026-12"),
            (State("security"), State("business"), seen.GetProperty("business").GetProperty("decision").GetProperty("policy").GetString())
        );
        Assert.DoesNotContain(plugin, (await security.Get("/review/v1/security/versions")).OrThrow().Text, StringComparison.Ordinal);

        (await author.Post($"/developer/v1/plugins/{plugin}/versions/{hash}/submit")).OrThrow();
        await security.Decide("security", plugin, hash, """{"verdict":"approve"}""");

        var listing = (await author.Get($"/developer/v1/plugins/{plugin}")).OrThrow().Json;
        Assert.Equal(JsonValueKind.Null, listing.GetProperty("listed_hash").ValueKind);
        Assert.Equal("approved", listing.GetProperty("versions")[0].GetProperty("security").GetProperty("state").GetString());

        string? State(string track) => seen.GetProperty(track).GetProperty("state").GetString();
    }

    [Fact]
    public async Task A_plugin_that_was_registered_before_listings_existed_is_not_taken_over()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);

        (await author.Post("/developer/v1/plugins", """{"plugin":"everything"}""")).IsProblem(409, "listing-exists");
    }

    [Fact]
    public async Task Another_developers_plugin_does_not_exist()
    {
        var (mine, theirs) = (await DeveloperScenario.NewAuthor(marketplace), await DeveloperScenario.NewAuthor(marketplace));
        var plugin = await theirs.NewPlugin();
        var hash = (await theirs.AddVersion(plugin, DeveloperScenario.Manifest(plugin), Scan)).GetProperty("hash").GetString();
        var path = $"/developer/v1/plugins/{plugin}";

        (await mine.Get(path)).IsProblem(404, "listing-not-found");
        (await mine.Get($"{path}/versions/{hash}/report")).IsProblem(404, "listing-not-found");
        (await mine.Post($"{path}/versions/{hash}/submit")).IsProblem(404, "listing-not-found");
        (await mine.TryAddVersion(plugin, DeveloperScenario.Manifest(plugin), Scan)).IsProblem(404, "listing-not-found");
        (await mine.Post("/developer/v1/plugins", $$"""{"plugin":"{{plugin}}"}""")).IsProblem(409, "listing-exists");
    }
}
