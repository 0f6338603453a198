using System.Text.Json;
using Marketplace.TestKit;
using Marketplace.TestKit.Enterprises;

namespace Marketplace.Api.Tests.Developers;

/// <summary>A developer's person with one plugin, from the signing up to the version that its gate lets pass.</summary>
internal sealed record SandboxPerson(TestMarketplace Marketplace, string Token, string Plugin, string Hash)
{
    private const string Scan = """{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","rules":[]}},"results":[]}]}""";

    public string Rounds => $"/developer/v1/plugins/{Plugin}/versions/{Hash}/rounds";

    /// <summary>Signs a developer up, has its company approved, and adds a version with an endpoint at a path of its own.</summary>
    public static Task<SandboxPerson> WithVersion(TestMarketplace marketplace, string path) =>
        WithVersion(marketplace, plugin => ManifestOf(plugin, path));

    /// <summary>As <see cref="WithVersion(TestMarketplace, string)"/>, of a version that says to handle EU data outside the EU.</summary>
    public static Task<SandboxPerson> WithBlockedVersion(TestMarketplace marketplace, string path) =>
        WithVersion(marketplace, plugin =>
            ManifestOf(plugin, path).Replace("\"serves_eu\":false", "\"serves_eu\":true", StringComparison.Ordinal)
        );

    private static async Task<SandboxPerson> WithVersion(TestMarketplace marketplace, Func<string, string> manifestOf)
    {
        var client = marketplace.Client;
        var (developer, plugin) = ($"developer-{Guid.NewGuid():N}", $"plugin-{Guid.NewGuid():N}");
        var author = new SandboxPerson(marketplace, await client.DeveloperToken(developer, "ann"), plugin, string.Empty);
        var company = $$""" "licence":"{{Licences.New()}}","company":"Lamp" """;
        (
            await author.Post($"/developer/v1/developers/{developer}", $$"""{{{company}},"email":"a@b.example","agreement":"2026-01"}""")
        ).OrThrow();
        var reviewer = author with { Token = await client.StaffToken("operator-user") };
        (await reviewer.Post($"/review/v1/developers/{developer}/approve", $$"""{{{company}}}""")).OrThrow();
        (await author.Post("/developer/v1/plugins", $$"""{"plugin":"{{plugin}}"}""")).OrThrow();
        var manifest = manifestOf(plugin);
        var added = await author.Post($"/developer/v1/plugins/{plugin}/versions", $$$"""{"manifest":{{{manifest}}},"scan":{{{Scan}}}}""");
        var version = added.OrThrow().Json.GetProperty("versions")[0];
        return author with { Hash = version.GetProperty("hash").GetString()! };
    }

    public Task<Answer> Get(string path) => Send("GET", path, null);

    public Task<Answer> Post(string path, string? body = null) => Send("POST", path, body);

    /// <summary>Starts a round as soon as one may start, and returns it when it has ended.</summary>
    public async Task<JsonElement> Round(string? body = null)
    {
        var started = await Eventually.Get(
            () => Post(Rounds, body),
            answer => answer.ProblemCode is not "round-too-soon",
            "the spacing between two rounds is over"
        );
        Assert.Equal(202, (int)started.Status);
        return await Ended(started.Json.GetProperty("id").GetString()!);
    }

    public Task<JsonElement> Ended(string round) =>
        Eventually.Get(
            async () => (await Get($"{Rounds}/{round}")).OrThrow().Json,
            view => view.GetProperty("state").GetString() != "running",
            $"round {round} has ended"
        );

    private async Task<Answer> Send(string method, string path, string? body) =>
        (await Marketplace.Http.Raw(method, path, Token, body?.ToUtf8())).Answer;

    private static string ManifestOf(string plugin, string path) =>
        $$$"""
            {"manifest":"1","plugin":"{{{plugin}}}","version":"1.0.0","name":{"zh":"标签蜂","en":"Tag Bee"},
             "summary":{"zh":"标记异常订单。","en":"Marks abnormal orders."},"description":{"zh":"读取新订单。","en":"Reads new orders."},
             "category":"order-processing","services":["order"],"markets":["US"],"languages":["zh-CN","en"],
             "scopes":[
               {"scope":"orders.read","required":true,"feature":"Queue","purpose":{"zh":"读取新订单。","en":"Reads new orders."},
                "without":{"zh":"无法工作。","en":"It cannot work."}},
               {"scope":"orders.flag","required":false,"feature":"Marks","purpose":{"zh":"标记订单。","en":"Marks orders."},
                "without":{"zh":"不会标记。","en":"Nothing is marked."}}],
             "fields":["order.status"],
             "endpoints":[{"kind":"webhook","url":"https://hooks.tag-bee.example{{{path}}}","region":"cn"}],
             "serves_eu":false,"support":{"email":"support@tag-bee.example","page":"https://tag-bee.example/support"},
             "prices":{"effective_from":"2098-01-01","tiers":[{"up_to":1000,"unit_price":0},{"up_to":5000,"unit_price":0.02}]}}
            """;
}
