using System.Text.Json;

namespace Marketplace.Api.Tests.Installations;

/// <summary>The diagnosis names the cause that is there, first where it stops everything.</summary>
public class DiagnosisTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Where_all_is_well_nothing_is_found_and_looking_costs_nothing()
    {
        var installation = await marketplace.NewInstallation();
        await marketplace.NewOrder(installation);
        (await Client.Get(installation, "orders")).OrThrow();

        var diagnosis = await Diagnose(installation);

        Assert.Empty(diagnosis.GetProperty("findings").EnumerateArray());
        Assert.Equal("running", diagnosis.GetProperty("state").GetString());
        Assert.All(diagnosis.GetProperty("checks").EnumerateArray(), check =>
            Assert.True(check.GetProperty("ok").GetBoolean(), check.ToString())
        );
        Assert.Equal(1, (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task A_pause_is_the_first_cause()
    {
        var installation = await Called();
        await Client.Pause(installation, "stocktaking");
        var refused = await Client.Get(installation, "orders");

        await Names(installation, "installation-paused", "seller", refused);
        Assert.Equal("installation-paused", (await Diagnose(installation)).GetProperty("findings")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_scope_that_is_missing_is_named()
    {
        var installation = await Called();
        await Client.SetGrants(installation, "products.read");

        await Names(installation, "scope-missing", "owner", await Client.Get(installation, "orders"));
    }

    [Fact]
    public async Task Calling_too_fast_is_named()
    {
        var installation = await Called(TestPlugins.Slow);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client.Get(installation, "orders")));

        await Names(installation, "burst-exceeded", "plugin", answers.First(answer => !answer.IsSuccess));
    }

    [Fact]
    public async Task A_spend_cap_that_is_reached_is_named()
    {
        var installation = await Called(TestPlugins.Few);
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, 0m));
        await Client.Get(installation, "orders");
        await Client.Get(installation, "orders");

        await Names(installation, "spend-cap", "finance", await Client.Get(installation, "orders"));
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_named()
    {
        var installation = await Called(TestPlugins.Few);
        for (var i = 1; i < 7; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        await Names(installation, "quota-exceeded", "time", await Client.Get(installation, "orders"));
    }

    [Fact]
    public async Task A_revoked_token_is_named()
    {
        var installation = await Called();
        var token = await marketplace.FreshToken("plugin", installation);
        (await Client.Send(HttpMethod.Get, "/open/v1/orders", token)).OrThrow();
        await marketplace.Revoke(token, "plugin", installation);

        var refused = await Client.Send(HttpMethod.Get, "/open/v1/orders", token);

        Assert.Equal("token-revoked", refused.ProblemCode);
        var finding = await Finding(installation, "token-revoked");
        Assert.Equal("plugin", finding.GetProperty("fix").GetProperty("by").GetString());
    }

    [Fact]
    public async Task A_sync_window_that_hides_orders_is_named()
    {
        var installation = await Called();
        await marketplace.NewOrder(installation, TimeProvider.System.GetUtcNow().AddDays(-3));
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(24, null));

        var finding = await Finding(installation, "sync-window-hides-orders");

        Assert.Equal("1", finding.GetProperty("evidence").GetProperty("orders_outside").GetString());
    }

    [Fact]
    public async Task A_feed_without_events_is_named()
    {
        var installation = await marketplace.NewInstallation();

        Assert.Equal("platform", (await Finding(installation, "feed-silent")).GetProperty("fix").GetProperty("by").GetString());
    }

    [Fact]
    public async Task Who_only_names_a_verified_enterprise_learns_nothing_of_its_sub_accounts()
    {
        var owner = await marketplace.NewInstallation();
        var (shop, plugin) = (owner.Split('/')[0], owner.Split('/')[1]);
        var licence = (await Client.Enterprise(shop)).Json.GetProperty("licence").GetString()!;
        (await Client.SubAccount(HttpMethod.Put, shop, plugin, "warehouse-1")).OrThrow();
        Assert.Equal("1", (await SubAccounts(owner)).GetProperty("bound").GetString());

        var seller = marketplace.NewSeller();
        (
            await Client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                await Client.UserToken(seller),
                new { seller, plugin },
                MarketplaceClient.NewKey()
            )
        ).OrThrow();
        (await Client.Link(seller, licence)).OrThrow();

        Assert.Empty((await SubAccounts($"{seller}/{plugin}")).EnumerateObject());
    }

    private async Task<JsonElement> SubAccounts(string installation) =>
        (await Diagnose(installation))
            .GetProperty("checks")
            .EnumerateArray()
            .Single(check => check.GetProperty("check").GetString() == "sub_accounts")
            .GetProperty("evidence");

    private async Task<string> Called(string plugin = TestPlugins.Everything)
    {
        var installation = await marketplace.NewInstallation(plugin);
        await marketplace.NewOrder(installation);
        (await Client.Get(installation, "orders")).OrThrow();
        return installation;
    }

    private async Task Names(string installation, string code, string fixBy, Answer refused)
    {
        Assert.Equal(code, refused.ProblemCode);
        var finding = await Finding(installation, code);
        Assert.Equal(fixBy, finding.GetProperty("fix").GetProperty("by").GetString());
        Assert.NotEmpty(finding.GetProperty("cause").GetProperty("zh").GetString()!);
        Assert.NotEmpty(finding.GetProperty("cause").GetProperty("en").GetString()!);
        Assert.NotEmpty(finding.GetProperty("evidence").EnumerateObject());
        var errors = (await Diagnose(installation)).GetProperty("last_errors").EnumerateArray();
        var error = Assert.Single(errors, error => error.GetProperty("error_log_id").GetString() == refused.RequestId);
        Assert.Equal(
            (code, "orders.list", (int)refused.Status),
            (error.GetProperty("code").GetString(), error.GetProperty("operation").GetString(), error.GetProperty("status").GetInt32())
        );
    }

    private async Task<JsonElement> Finding(string installation, string code)
    {
        var diagnosis = await Diagnose(installation);
        return Assert.Single(diagnosis.GetProperty("findings").EnumerateArray(), finding =>
            finding.GetProperty("code").GetString() == code
        );
    }

    private async Task<JsonElement> Diagnose(string installation) =>
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/diagnosis", await Client.SellerCenterToken()))
            .OrThrow()
            .Json;
}
