using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Tests;

public sealed class ManifestEntryTests
{
    private static readonly DateTimeOffset Listed = new(2026, 11, 1, 8, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateTimeOffset Updated = Listed.AddDays(30);

    [Fact]
    public void A_manifest_fills_everything_that_the_catalogue_shows()
    {
        var json = Fixtures.Manifest();
        json["regimes"] = new JsonArray("anvisa");
        json["erps"] = new JsonArray("wangdiantong");
        json["scenarios"] = new JsonArray("fraud-check");
        json["claims"] = JsonNode.Parse(
            """
            [{ "text": { "zh": "准确", "en": "Accurate" }, "verifier": "TÜV", "date": "2026-05-02", "document": "https://v.example/1" }]
            """
        );
        var entry = Of(json);

        Assert.Equal((PluginId.Parse("tag-bee", null), true), (entry.Plugin, entry.Visible));
        Assert.Equal(PluginCategory.OrderProcessing, entry.Category);
        Assert.Equal(new BilingualText("标签蜂", "Tag Bee"), entry.Listing.Name);
        Assert.Equal("Marks abnormal orders.", entry.Listing.Summary.En);
        Assert.Equal("读取新订单，标记需要人工处理的订单。", entry.Listing.Description.Zh);
        Assert.Equal(("Beeworks", "hash-1"), (entry.Listing.Developer, entry.Listing.Manifest));
        Assert.Equal(["order"], entry.Listing.Services);
        Assert.Equal(["US", "BR"], entry.Listing.Markets);
        Assert.Equal(["anvisa"], entry.Listing.Regimes);
        Assert.Equal(["wangdiantong"], entry.Listing.Erps);
        Assert.Equal(["zh-CN", "en"], entry.Listing.Languages);
        Assert.Equal(["fraud-check"], entry.Listing.Scenarios);
        Assert.Equal(new DateOnly(2026, 5, 2), Assert.Single(entry.Listing.Claims).Date);
        Assert.Equal(299m, Assert.Single(entry.Listing.AddOns).Monthly);
        Assert.Equal(["orders.flag", "orders.read"], entry.Manifest.Scopes.Select(scope => scope.Scope));
        Assert.Equal("2026-12", entry.Manifest.Schema);
        Assert.Equal("support@tag-bee.example", entry.Manifest.Support?.Email);
        Assert.Equal((3, 0.02m, 1_000), (entry.Prices.Version, entry.PriceFrom, entry.FreeCalls));
        Assert.Equal((Listed, Updated), (entry.ListedAt, entry.UpdatedAt));
    }

    [Fact]
    public void Members_that_a_manifest_may_lack_are_empty()
    {
        var json = Fixtures.Manifest();
        json["prices"]!.AsObject().Remove("add_ons");
        var listing = Of(json).Listing;

        Assert.Empty(listing.Regimes);
        Assert.Empty(listing.Erps);
        Assert.Empty(listing.AddOns);
        Assert.Empty(listing.Claims);
        Assert.Empty(listing.Scenarios);
    }

    [Theory]
    [InlineData("eu", "eu", "eu-frankfurt")]
    [InlineData("eu", "cn", "cn")]
    [InlineData("cn", "cn", "cn")]
    public void Data_stay_in_the_EU_only_if_all_of_them_arrive_there(string webhook, string page, string region)
    {
        var json = Fixtures.Manifest();
        json["endpoints"] = new JsonArray(Endpoint("webhook", webhook), Endpoint("page", page), Endpoint("redirect", "cn"));

        Assert.Equal(region, Of(json).Region.Value);
        Assert.Equal(region == "eu-frankfurt", PluginBadges.Of(Of(json), PluginMeasures.None).Contains(PluginBadges.GdprResident));
    }

    [Fact]
    public void An_entry_is_stored_and_read_without_loss()
    {
        var entry = Of(Fixtures.Manifest());
        var read = CatalogueEntry.Decode(entry.Encode());

        Assert.Equal(JsonSerializer.Serialize(entry), JsonSerializer.Serialize(read));
    }

    private static JsonObject Endpoint(string kind, string region) =>
        new()
        {
            ["kind"] = kind,
            ["url"] = "https://hooks.tag-bee.example/x",
            ["region"] = region,
        };

    private static CatalogueEntry Of(JsonObject json) =>
        ManifestEntry.Of(
            JsonSerializer.Deserialize(Fixtures.Bytes(json), ManifestJson.Default.Manifest)!,
            "hash-1",
            "Beeworks",
            3,
            Listed,
            Updated
        );
}
