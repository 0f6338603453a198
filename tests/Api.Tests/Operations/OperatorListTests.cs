using System.Text.Json;

namespace Marketplace.Api.Tests.Operations;

/// <summary>Operators' lists of plugins and of their installations.</summary>
public sealed class OperatorListTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Plugins_are_found_by_id_and_state_and_pages_put_together_are_all()
    {
        var all = await PluginsInPagesOf(100);

        Assert.Contains(TestPlugins.Few, all);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        Assert.Equal(all, await PluginsInPagesOf(3));
        Assert.Equal([TestPlugins.Few], Items(await Get("plugins?q=FEW-C&state=certified"), "plugins").Select(Plugin));
        Assert.Empty(Items(await Get("plugins?q=few-c&state=not-certified"), "plugins"));
    }

    private async Task<List<string?>> PluginsInPagesOf(int limit)
    {
        var plugins = new List<string?>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await Get($"plugins?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            plugins.AddRange(Items(page, "plugins").Select(Plugin));
            next = page.Json.GetProperty("next_cursor").GetString();
        }

        return plugins;
    }

    [Fact]
    public async Task Installations_of_a_plugin_are_all_on_some_page_and_each_on_one()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await marketplace.NewInstallation(TestPlugins.Slow, "orders.read"));
        }

        await Client.Pause(made[0]);
        var listed = new List<JsonElement>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await Get($"installations?plugin={TestPlugins.Slow}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            listed.AddRange(Items(page, "installations"));
            next = page.Json.GetProperty("next_cursor").GetString();
        }

        var names = listed.Select(one => one.GetProperty("installation").GetString()).ToArray();
        Assert.Subset(names.ToHashSet(), made.ToHashSet<string?>());
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(
            "paused",
            listed.Single(one => one.GetProperty("installation").GetString() == made[0]).GetProperty("phase").GetString()
        );
    }

    [Theory]
    [InlineData("plugins?state=new", "parameter-invalid")]
    [InlineData("plugins?cursor=%20", "cursor-invalid")]
    [InlineData("installations", "parameter-invalid")]
    [InlineData("installations?plugin=few-calls&cursor=x", "cursor-invalid")]
    [InlineData("installations?plugin=few-calls&limit=0", "parameter-invalid")]
    public async Task Unreadable_questions_are_refused(string query, string code) =>
        (await Client.Send(HttpMethod.Get, $"/platform/v1/{query}", await Client.OperatorToken())).IsProblem(400, code);

    private async Task<Answer> Get(string path) =>
        (await Client.Send(HttpMethod.Get, $"/platform/v1/{path}", await Client.OperatorToken())).OrThrow();

    private static JsonElement[] Items(Answer answer, string name) => [.. answer.Json.GetProperty(name).EnumerateArray()];

    private static string? Plugin(JsonElement line) => line.GetProperty("plugin").GetString();
}
