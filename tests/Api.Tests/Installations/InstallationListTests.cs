using System.Text.Json;

namespace Marketplace.Api.Tests.Installations;

/// <summary>A seller's list of installations: pages, names, and what may be done (R56).</summary>
public class InstallationListTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Each_has_its_plugins_name_its_state_in_both_languages_and_the_commands_allowed_now()
    {
        var installation = await marketplace.NewInstallation("order-pilot", "orders.read", "logistics.write");
        var seller = TestMarketplace.SellerOf(installation);
        var running = await Only(seller);
        await Client.Pause(installation);
        var paused = await Only(seller);

        Assert.NotEqual("order-pilot", running.GetProperty("plugin_name").GetProperty("zh").GetString());
        Assert.Equal(("运行中", "Running"), Label(running));
        Assert.Equal(["consent", "grants", "pause", "settings", "disable"], Allowed(running));
        Assert.Equal(("暂停", "Paused"), Label(paused));
        Assert.Equal(["consent", "grants", "resume", "settings", "disable"], Allowed(paused));
    }

    [Fact]
    public async Task Pages_are_in_the_order_of_enabling_and_stay_when_a_plugin_is_added()
    {
        var seller = marketplace.NewSeller();
        await Client.Install(seller, TestPlugins.Slow, "orders.read");
        await Client.Install(seller, TestPlugins.Few, "orders.read");
        var first = (await List(seller, "&limit=1")).OrThrow().Json;
        await Client.Install(seller, TestPlugins.Everything, "orders.read");

        var second = (await List(seller, $"&limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).OrThrow().Json;

        Assert.Equal([TestPlugins.Slow], Plugins(first));
        Assert.Equal([TestPlugins.Few, TestPlugins.Everything], Plugins(second));
        Assert.False(second.GetProperty("has_more").GetBoolean());
        Assert.Equal(3, Plugins((await List(seller, "")).Json).Count());
    }

    [Theory]
    [InlineData("&limit=0", "parameter-invalid")]
    [InlineData("&limit=101", "parameter-invalid")]
    [InlineData("&cursor=x", "cursor-invalid")]
    public async Task Unreadable_pages_are_refused(string query, string code) =>
        (await List(marketplace.NewSeller(), query)).IsProblem(400, code);

    private async Task<JsonElement> Only(string seller) =>
        Assert.Single((await List(seller, "")).OrThrow().Json.GetProperty("installations").EnumerateArray());

    private async Task<Answer> List(string seller, string query) =>
        await Client.Send(HttpMethod.Get, $"/seller/v1/installations?seller={seller}{query}", await Client.UserToken(seller));

    private static (string?, string?) Label(JsonElement installation) =>
        (
            installation.GetProperty("state_label").GetProperty("zh").GetString(),
            installation.GetProperty("state_label").GetProperty("en").GetString()
        );

    private static IEnumerable<string?> Allowed(JsonElement installation) =>
        installation.GetProperty("allowed").EnumerateArray().Select(command => command.GetString());

    private static IEnumerable<string?> Plugins(JsonElement list) =>
        list.GetProperty("installations").EnumerateArray().Select(one => one.GetProperty("plugin").GetString());
}
