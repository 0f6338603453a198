using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>The lists of past diagnoses (R60) and last errors (R61), and the incidents that touch a shop (R57).</summary>
public sealed class DiagnosticsListTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Past_diagnoses_are_listed_newest_first_with_the_outcome_that_was_reported()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await Client.Pause(installation);
        var first = Id((await Get(installation, "diagnosis")).OrThrow().Json);
        var second = Id((await Get(installation, "diagnosis")).OrThrow().Json);
        (
            await Client.SellerCommand(
                HttpMethod.Post,
                installation,
                $"diagnosis/{first}/outcome",
                new
                {
                    located = true,
                    cause = "installation-paused",
                    @fixed = true,
                }
            )
        ).OrThrow();

        var list = await Eventually.Get(
            async () => Items(await Get(installation, "diagnoses"), "diagnoses"),
            kept => kept.Length == 2,
            "both diagnoses are listed"
        );
        var page = (await Get(installation, "diagnoses?limit=1")).OrThrow().Json;
        var rest = (await Get(installation, $"diagnoses?limit=1&cursor={page.GetProperty("next_cursor").GetString()}")).OrThrow().Json;

        Assert.Equal([second, first], list.Select(Id));
        Assert.Contains("installation-paused", list[1].GetProperty("findings").EnumerateArray().Select(finding => Text(finding, "code")));
        Assert.Equal("installation-paused", Text(list[1].GetProperty("outcome"), "cause"));
        Assert.False(list[0].TryGetProperty("outcome", out _));
        Assert.Equal([second], page.GetProperty("diagnoses").EnumerateArray().Select(Id));
        Assert.Equal([first], rest.GetProperty("diagnoses").EnumerateArray().Select(Id));
        Assert.False(rest.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Errors_are_listed_newest_first_filtered_and_without_what_is_not_the_sellers()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var unknown = (await Client.Get(installation, "orders/none")).RequestId!;
        await Client.Pause(installation);
        var paused = (await Client.Get(installation, "orders")).RequestId!;
        var products = (await Client.Get(installation, "products")).RequestId!;

        var all = await Eventually.Get(
            async () => Items(await Get(installation, "errors"), "errors"),
            errors => errors.Length == 3,
            "all three errors are in the log"
        );

        Assert.Equal([products, paused, unknown], all.Select(ErrorId));
        Assert.All(all, error => Assert.False(error.TryGetProperty("token_id", out _)));
        Assert.Equal([products, paused], Items(await Get(installation, "errors?code=installation-paused"), "errors").Select(ErrorId));
        Assert.Equal([products], Items(await Get(installation, "errors?operation=products.list"), "errors").Select(ErrorId));
        var at = all[1].GetProperty("at").GetString()!;
        Assert.Equal([unknown], Items(await Get(installation, $"errors?to={Uri.EscapeDataString(at)}"), "errors").Select(ErrorId));
        var page = (await Get(installation, "errors?limit=2")).OrThrow().Json;
        Assert.Equal(paused, page.GetProperty("next_cursor").GetString());
        Assert.Equal([unknown], Items(await Get(installation, $"errors?cursor={paused}"), "errors").Select(ErrorId));
    }

    [Fact]
    public async Task Lists_of_an_unknown_installation_and_unreadable_cursors_are_refused()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var seller = TestMarketplace.SellerOf(installation);

        (await Get($"{seller}/unused", "errors")).IsProblem(404, "installation-not-found");
        (await Get($"{seller}/unused", "diagnoses")).IsProblem(404, "installation-not-found");
        (await Get(installation, "errors?cursor=17")).IsProblem(400, "cursor-invalid");
        (await Get(installation, "diagnoses?cursor=17")).IsProblem(400, "cursor-invalid");
    }

    [Fact]
    public async Task A_seller_sees_the_open_incidents_that_touch_its_shop_and_nothing_of_others()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        var seller = TestMarketplace.SellerOf(installation);
        var other = marketplace.NewSeller();
        await Declare("of this shop", new { sellers = new[] { seller, other } });
        await Declare("of another shop", new { sellers = new[] { other } });
        await Declare("of another plugin", new { sellers = new[] { seller }, plugins = new[] { TestPlugins.Slow } });
        await Declare("of an operation", new { sellers = new[] { seller }, operations = new[] { "orders.get" } });
        await Declare("of an operation without a grant", new { sellers = new[] { seller }, operations = new[] { "products.list" } });
        var over = await Declare("over", new { sellers = new[] { seller } });
        (await Client.Send(HttpMethod.Post, $"/platform/v1/incidents/{over}/resolve", await Client.OperatorToken())).OrThrow();

        var list = (await Client.Send(HttpMethod.Get, $"/seller/v1/incidents?seller={seller}", await Client.UserToken(seller))).OrThrow();

        // Other tests declare incidents of all shops.
        var incidents = list
            .Json.GetProperty("incidents")
            .EnumerateArray()
            .Where(incident =>
                Text(incident.GetProperty("title"), "en") is "over"
                || Text(incident.GetProperty("title"), "en").StartsWith("of ", StringComparison.Ordinal)
            )
            .ToArray();
        Assert.Equal(["of an operation", "of this shop"], incidents.Select(incident => Text(incident.GetProperty("title"), "en")));
        Assert.All(incidents, incident => Assert.Equal(installation, incident.GetProperty("installations")[0].GetString()));
        Assert.DoesNotContain($"\"{other}\"", list.Text, StringComparison.Ordinal);
    }

    private async Task<string> Declare(string title, object reach)
    {
        var body = JsonSerializer.SerializeToNode(reach)!.AsObject();
        body["title"] = JsonSerializer.SerializeToNode(new { zh = "故障", en = title });
        var answer = await Client.Send(HttpMethod.Post, "/platform/v1/incidents", await Client.OperatorToken(), body);
        return Id(answer.OrThrow().Json);
    }

    private async Task<Answer> Get(string installation, string path) =>
        await Client.Send(
            HttpMethod.Get,
            $"/seller/v1/installations/{installation}/{path}",
            await Client.UserToken(TestMarketplace.SellerOf(installation))
        );

    private static JsonElement[] Items(Answer answer, string name) => [.. answer.OrThrow().Json.GetProperty(name).EnumerateArray()];

    private static string Id(JsonElement element) => Text(element, "id");

    private static string ErrorId(JsonElement element) => Text(element, "error_log_id");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
