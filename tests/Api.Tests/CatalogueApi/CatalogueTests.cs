using System.Net;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.CatalogueApi;

/// <summary>The public catalogue over HTTP, with the demo's 187 plugins in it.</summary>
public sealed class CatalogueTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private const string Root = "/catalogue/v1/plugins";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The demo registers most of its plugins after its start; those of the tests have no languages.</summary>
    public async ValueTask InitializeAsync() =>
        await Eventually.Holds(async () => await CountOf("language", "zh-CN") == 187, "the demo's plugins are registered");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_four_categories_have_the_shares_of_the_demo()
    {
        var facets = (await Get("?q=developer+software")).GetProperty("facets");
        var all = await All("");

        Assert.True(all.Count >= 187);
        Assert.Equal(JsonValueKind.Object, facets.GetProperty("category").ValueKind);
        var demo = all.Where(plugin => plugin.GetProperty("developer").ValueKind == JsonValueKind.String).ToArray();
        Assert.Equal(
            [77, 54, 34, 22],
            new[] { "order-processing", "logistics", "compliance-localisation", "data-dashboard" }.Select(Count)
        );

        int Count(string category) => demo.Count(plugin => plugin.GetProperty("category").GetString() == category);
    }

    [Theory]
    [InlineData("")]
    [InlineData("category=logistics&market=BR")]
    [InlineData("service=translation&service=erp")]
    [InlineData("q=%E8%AE%A2%E5%8D%95&price=free")]
    [InlineData("regime=anvisa&badge=gdpr-resident")]
    public async Task Every_facet_counts_what_its_filter_then_finds(string filters)
    {
        var page = await Get($"?{filters}&limit=1");
        foreach (var facet in page.GetProperty("facets").EnumerateObject())
        {
            // The facet's own filters do not limit its values.
            var others = string.Join('&', filters.Split('&').Where(part => !part.StartsWith(facet.Name + "=", StringComparison.Ordinal)));
            foreach (var value in facet.Value.EnumerateObject())
            {
                var found = await Get($"?{others}&{facet.Name}={Uri.EscapeDataString(value.Name)}&limit=1");
                Assert.Equal(
                    (facet.Name, value.Name, value.Value.GetInt32()),
                    (facet.Name, value.Name, found.GetProperty("total").GetInt32())
                );
            }
        }
    }

    [Theory]
    [InlineData("relevance")]
    [InlineData("installs")]
    [InlineData("price")]
    [InlineData("newest")]
    [InlineData("latency")]
    public async Task Pages_of_every_order_have_each_plugin_once(string sort)
    {
        var ids = (await All($"&sort={sort}")).Select(plugin => plugin.GetProperty("id").GetString()!).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal((await Get("?limit=1")).GetProperty("total").GetInt32(), ids.Length);
    }

    [Fact]
    public async Task Cheap_calls_come_first_when_asked_for_by_price()
    {
        var prices = (await All("&sort=price")).Select(plugin => plugin.GetProperty("price_from").GetDecimal()).ToArray();

        Assert.Equal(prices.Order(), prices);
        Assert.Contains(0m, prices);
        Assert.Contains(0.02m, prices);
    }

    [Fact]
    public async Task Two_Chinese_characters_and_an_English_stem_find_the_same_plugin()
    {
        Assert.Equal("label-printer", await First("快印"));
        Assert.Equal("label-printer", await First("label printers"));
        Assert.Equal(0, (await Get("?q=" + Uri.EscapeDataString("没有这样的插件"))).GetProperty("total").GetInt32());
        Assert.Equal(0, (await Get("?q=" + Uri.EscapeDataString("!?、"))).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_plugin_is_shown_with_scopes_prices_and_agreement()
    {
        var shown = await Get("/lingua");

        Assert.Equal("多语译", shown.GetProperty("plugin").GetProperty("name").GetProperty("zh").GetString());
        Assert.Equal(
            ["es", "fr"],
            shown.GetProperty("plugin").GetProperty("languages").EnumerateArray().Select(text => text.GetString()).Skip(2)
        );
        Assert.Equal(
            ["products.write"],
            shown.GetProperty("plugin").GetProperty("sensitive_scopes").EnumerateArray().Select(text => text.GetString())
        );
        Assert.All(shown.GetProperty("scopes").EnumerateArray(), scope =>
            Assert.NotEmpty(scope.GetProperty("purpose").GetProperty("en").GetString()!)
        );
        Assert.Equal(3, shown.GetProperty("prices").GetProperty("tiers").GetArrayLength());
        Assert.Equal(499m, shown.GetProperty("add_ons")[0].GetProperty("monthly").GetDecimal());
        Assert.Equal(64, shown.GetProperty("agreement").GetProperty("hash").GetString()!.Length);
    }

    [Fact]
    public async Task An_unchanged_catalogue_is_not_sent_again_and_a_changed_one_is()
    {
        var first = await marketplace.Http.Raw("GET", Root + "?limit=1", token: null);
        var tag = first.Field("ETag")!;
        Assert.Equal("public, no-cache", first.Field("Cache-Control"));
        Assert.Equal(HttpStatusCode.NotModified, await Asked(tag));

        var plugin = TestPlugins.All[0] with { Id = PluginId.Parse("etag-plugin", null), Name = "Etag" };
        var by = new Initiator(ActorId.Parse("tests"), OperationId.Parse(MarketplaceClient.NewKey()));
        await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IPluginGrain>(GrainKeys.Of(plugin.Id))
            .Register(plugin, by, Token);
        await Eventually.Holds(async () => await Asked(tag) == HttpStatusCode.OK, "the tag has changed");
    }

    [Fact]
    public async Task A_sellers_token_shows_what_the_seller_has_and_no_other_token_does()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var token = await marketplace.Client.SellerCenterToken();
        var path = $"{Root}/{TestPlugins.Everything}?seller={seller}";
        var shown = (await marketplace.Http.Raw("GET", path, token)).Answer.OrThrow().Json;

        Assert.Equal("running", shown.GetProperty("plugin").GetProperty("installation").GetString());
        Assert.Equal(
            JsonValueKind.Null,
            (await Get("/" + TestPlugins.Everything)).GetProperty("plugin").GetProperty("installation").ValueKind
        );
        (await marketplace.Http.Raw("GET", path, token: null)).Answer.IsProblem(401, "token-missing");
        (await marketplace.Http.Raw("GET", path, await marketplace.Client.OperatorToken())).IsProblem(403, "role-forbidden");
        (await marketplace.Http.Raw("GET", path, await marketplace.Client.UserToken("another-seller"))).IsProblem(404, "seller-not-found");
    }

    [Theory]
    [InlineData("?sort=best", "parameter-invalid")]
    [InlineData("?limit=0", "parameter-invalid")]
    [InlineData("?limit=101", "parameter-invalid")]
    [InlineData("?colour=red", "parameter-invalid")]
    [InlineData("?cursor=abc", "cursor-invalid")]
    [InlineData("?cursor=MS8wLzAvbGluZ3Vh&sort=price", "cursor-invalid")]
    public async Task A_query_that_cannot_be_read_is_refused(string query, string code)
    {
        (await marketplace.Http.Raw("GET", Root + query, token: null)).Answer.IsProblem(400, code);
        (await marketplace.Http.Raw("GET", $"{Root}?q={new string('a', 101)}", token: null)).IsProblem(400, "parameter-invalid");
        (await marketplace.Http.Raw("GET", Root + "/no-such-plugin", token: null)).IsProblem(404, "not-found");
    }

    private async Task<int> CountOf(string facet, string value) =>
        (await Get("?limit=1")).GetProperty("facets").GetProperty(facet).TryGetProperty(value, out var count) ? count.GetInt32() : 0;

    private async Task<string?> First(string words) =>
        (await Get("?q=" + Uri.EscapeDataString(words))).GetProperty("plugins")[0].GetProperty("id").GetString();

    private async Task<List<JsonElement>> All(string query)
    {
        var plugins = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await Get($"?limit=100{query}{(cursor is null ? "" : "&cursor=" + cursor)}");
            plugins.AddRange(page.GetProperty("plugins").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);

        return plugins;
    }

    private async Task<JsonElement> Get(string path) => (await marketplace.Http.Raw("GET", Root + path, token: null)).Answer.OrThrow().Json;

    private async Task<HttpStatusCode> Asked(string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + "?limit=1");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await marketplace.Http.SendAsync(request, Token);
        return response.StatusCode;
    }
}
