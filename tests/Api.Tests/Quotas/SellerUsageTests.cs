using System.Text.Json;

namespace Marketplace.Api.Tests.Quotas;

/// <summary>Sellers see what their installations have used, and what the next call costs (R48–R51, R56).</summary>
public class SellerUsageTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_seller_sees_the_counters_of_the_plugin_with_the_prices()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, 1.5m));
        for (var i = 0; i < 4; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var usage = (await Usage(installation)).OrThrow().Json;

        var counters = (await Client.Quota(installation)).Json;
        Assert.Equal(Compact(counters.GetProperty("daily")), Compact(usage.GetProperty("daily")));
        Assert.Equal(Compact(counters.GetProperty("spend")), Compact(usage.GetProperty("spend")));
        Assert.Equal((installation, TestPlugins.Few), (Text(usage, "installation"), Text(usage, "plugin")));
        Assert.Equal(
            [(3, 0.000m), (5, 0.020m), (7, 0.015m)],
            usage
                .GetProperty("tiers")
                .EnumerateArray()
                .Select(tier => (tier.GetProperty("up_to").GetInt32(), tier.GetProperty("unit_price").GetDecimal()))
        );
        Assert.Equal(0.020m, usage.GetProperty("next_price").GetDecimal());
    }

    [Fact]
    public async Task Used_up_calls_have_no_next_price()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        for (var i = 0; i < 7; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var usage = (await Usage(installation)).OrThrow().Json;

        Assert.Equal(0, usage.GetProperty("daily").GetProperty("remaining").GetInt32());
        Assert.Equal(JsonValueKind.Null, usage.GetProperty("next_price").ValueKind);
    }

    [Fact]
    public async Task An_installation_that_was_not_called_today_is_read_without_starting_its_counter()
    {
        var seller = marketplace.NewSeller();
        await Client.Install(seller, TestPlugins.Few, "orders.read");
        await Client.Install(seller, TestPlugins.Everything, "orders.read");
        (await Client.Get($"{seller}/{TestPlugins.Few}", "orders")).OrThrow();
        await marketplace.EndCounter($"{seller}/{TestPlugins.Everything}");

        var list = (await List(seller, "")).OrThrow().Json.GetProperty("usage").EnumerateArray().ToArray();

        Assert.Equal([TestPlugins.Few, TestPlugins.Everything], list.Select(usage => Text(usage, "plugin")));
        Assert.Equal([1, 0], list.Select(usage => usage.GetProperty("daily").GetProperty("used").GetInt32()));
        Assert.Equal([JsonValueKind.Object, JsonValueKind.Null], list.Select(usage => usage.GetProperty("burst").ValueKind));
    }

    [Fact]
    public async Task A_counter_that_ended_is_read_again_with_the_calls_of_today()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        for (var i = 0; i < 4; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        await marketplace.EndCounter(installation);

        var usage = (await Usage(installation)).OrThrow().Json;
        Assert.Equal(4, usage.GetProperty("daily").GetProperty("used").GetInt32());
        Assert.Equal(0.020m, usage.GetProperty("spend").GetProperty("used").GetDecimal());
    }

    [Fact]
    public async Task Pages_put_together_are_the_list_and_others_installations_do_not_exist()
    {
        var seller = marketplace.NewSeller();
        string[] plugins = [TestPlugins.Slow, TestPlugins.Few, TestPlugins.Everything];
        foreach (var plugin in plugins)
        {
            await Client.Install(seller, plugin, "orders.read");
        }

        var paged = new List<string>();
        for (string? cursor = null, next = "0"; next is not null; cursor = next)
        {
            var page = (await List(seller, $"&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).OrThrow().Json;
            paged.AddRange(page.GetProperty("usage").EnumerateArray().Select(usage => Text(usage, "plugin")));
            next = page.GetProperty("next_cursor").GetString();
            Assert.Equal(next is not null, page.GetProperty("has_more").GetBoolean());
        }

        Assert.Equal(plugins, paged);
        var stranger = await Client.UserToken(marketplace.NewSeller());
        (await Client.Send(HttpMethod.Get, $"/seller/v1/usage?seller={seller}", stranger)).IsProblem(404, "seller-not-found");
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{seller}/{plugins[0]}/usage", stranger)).IsProblem(
            404,
            "installation-not-found"
        );
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{seller}/unused/usage", await Client.UserToken(seller))).IsProblem(
            404,
            "installation-not-found"
        );
    }

    private async Task<Answer> Usage(string installation) =>
        await Client.Send(
            HttpMethod.Get,
            $"/seller/v1/installations/{installation}/usage",
            await Client.UserToken(TestMarketplace.SellerOf(installation))
        );

    private async Task<Answer> List(string seller, string query) =>
        await Client.Send(HttpMethod.Get, $"/seller/v1/usage?seller={seller}{query}", await Client.UserToken(seller));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    // The two differ in what they escape.
    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
