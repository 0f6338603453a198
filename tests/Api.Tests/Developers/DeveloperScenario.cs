using System.Text.Json;
using Marketplace.TestKit.Enterprises;

namespace Marketplace.Api.Tests.Developers;

/// <summary>Developers with what they submit, made over HTTP.</summary>
internal static class DeveloperScenario
{
    public const string Scan = """{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","rules":[]}},"results":[]}]}""";

    /// <summary>The first owner of a new developer with an accepted company.</summary>
    public static async Task<DeveloperPerson> NewAuthor(TestMarketplace marketplace)
    {
        var developer = $"developer-{Guid.NewGuid():N}";
        var author = new DeveloperPerson(marketplace, await marketplace.Client.DeveloperToken(developer, "ann"), developer);
        var company = $$""" "licence":"{{Licences.New()}}","company":"Lamp" """;
        (
            await author.Post($"/developer/v1/developers/{developer}", $$"""{{{company}},"email":"a@b.example","agreement":"2026-01"}""")
        ).OrThrow();
        var reviewer = new DeveloperPerson(marketplace, await marketplace.Client.StaffToken("operator-user"), string.Empty);
        (await reviewer.Post($"/review/v1/developers/{developer}/approve", $$"""{{{company}}}""")).OrThrow();
        return author;
    }

    /// <summary>A manifest that the gate finds nothing blocking in.</summary>
    public static string Manifest(string plugin) =>
        $$$"""
            {"manifest":"1","plugin":"{{{plugin}}}","version":"1.0.0","name":{"zh":"标签蜂","en":"Tag Bee"},
             "summary":{"zh":"标记异常订单。","en":"Marks abnormal orders."},"description":{"zh":"读取新订单。","en":"Reads new orders."},
             "category":"order-processing","services":["order"],"markets":["US"],"languages":["zh-CN","en"],
             "scopes":[
               {"scope":"orders.read","required":true,"feature":"Queue","purpose":{"zh":"读取新订单。","en":"Reads new orders."},
                "without":{"zh":"无法工作。","en":"It cannot work."}},
               {"scope":"orders.flag","required":false,"feature":"Marks","purpose":{"zh":"标记订单。","en":"Marks orders."},
                "without":{"zh":"不会标记。","en":"Nothing is marked."}}],
             "fields":["order.status"],"endpoints":[{"kind":"webhook","url":"https://hooks.tag-bee.example/events","region":"cn"}],
             "serves_eu":false,"support":{"email":"support@tag-bee.example","page":"https://tag-bee.example/support"},
             "prices":{"effective_from":"2098-01-01","tiers":[{"up_to":1000,"unit_price":0},{"up_to":5000,"unit_price":0.02}]}}
            """;
}

/// <summary>A signed-in person who calls the API.</summary>
internal sealed record DeveloperPerson(TestMarketplace Marketplace, string Token, string Developer)
{
    public Task<Answer> Get(string path) => Send("GET", path, null);

    public Task<Answer> Post(string path, string? body = null) => Send("POST", path, body);

    public async Task<string> NewPlugin()
    {
        var plugin = $"plugin-{Guid.NewGuid():N}";
        (await Post("/developer/v1/plugins", $$"""{"plugin":"{{plugin}}"}""")).OrThrow();
        return plugin;
    }

    public Task<Answer> TryAddVersion(string plugin, string manifest, string scan) =>
        Post($"/developer/v1/plugins/{plugin}/versions", $$$"""{"manifest":{{{manifest}}},"scan":{{{scan}}}}""");

    public async Task<JsonElement> AddVersion(string plugin, string manifest, string scan) =>
        (await TryAddVersion(plugin, manifest, scan)).OrThrow().Json.GetProperty("versions").EnumerateArray().Last();

    /// <summary>A new plugin with a version under review.</summary>
    public async Task<string> NewSubmittedPlugin()
    {
        var plugin = await NewPlugin();
        var version = await AddVersion(plugin, DeveloperScenario.Manifest(plugin), DeveloperScenario.Scan);
        (await Post($"/developer/v1/plugins/{plugin}/versions/{version.GetProperty("hash").GetString()}/submit")).OrThrow();
        return plugin;
    }

    public async Task Decide(string track, string plugin, string hash, string verdict)
    {
        var path = $"/review/v1/{track}/versions/{plugin}/{hash}";
        (await Get(path)).OrThrow();
        (await Post($"{path}/claim")).OrThrow();
        (await Post($"{path}/verdict", verdict)).OrThrow();
    }

    public async Task<Answer> Send(string method, string path, string? body) =>
        (await Marketplace.Http.Raw(method, path, Token, body?.ToUtf8())).Answer;
}
