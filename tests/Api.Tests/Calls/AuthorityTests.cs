namespace Marketplace.Api.Tests.Calls;

/// <summary>Authority is the installation's, not the token's: what Seller Center does holds for the very next call.</summary>
public class AuthorityTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_scope_taken_away_refuses_the_next_call_and_given_back_allows_it()
    {
        var installation = await marketplace.NewInstallation();
        (await Client.Get(installation, "orders")).OrThrow();

        await Client.SetGrants(installation, "products.read");
        var problem = (await Client.Get(installation, "orders")).IsProblem(403, "scope-missing");
        Assert.Equal("orders.read", problem.GetProperty("evidence").GetProperty("facts").GetProperty("scope").GetString());
        (await Client.Get(installation, "products")).OrThrow();

        await Client.SetGrants(installation, "orders.read");
        (await Client.Get(installation, "orders")).OrThrow();
    }

    [Fact]
    public async Task A_pause_refuses_the_next_call_and_a_resume_allows_it()
    {
        var installation = await marketplace.NewInstallation();
        (await Client.Get(installation, "orders")).OrThrow();

        Assert.Equal("paused", (await Client.Pause(installation, "stocktaking")).Json.GetProperty("state").GetString());
        var problem = (await Client.Get(installation, "orders")).IsProblem(403, "installation-paused");
        Assert.Contains("stocktaking", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("seller", problem.GetProperty("fix").GetProperty("by").GetString());

        Assert.Equal("running", (await Client.Resume(installation)).Json.GetProperty("state").GetString());
        Assert.Equal(2, (await Client.Get(installation, "orders")).OrThrow().Receipt!.Seq);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_the_next_call_and_a_new_one_passes()
    {
        var installation = await marketplace.NewInstallation();
        var token = await marketplace.FreshToken("plugin", installation);
        (await Client.Send(HttpMethod.Get, "/open/v1/orders", token)).OrThrow();

        await marketplace.Revoke(token, "plugin", installation);

        (await Client.Send(HttpMethod.Get, "/open/v1/orders", token)).IsProblem(401, "token-revoked");
        (await Client.Get(installation, "orders")).OrThrow();
    }

    [Fact]
    public async Task A_sync_window_hides_older_orders_and_says_so()
    {
        var installation = await marketplace.NewInstallation();
        var now = TimeProvider.System.GetUtcNow();
        var older = await marketplace.NewOrder(installation, now.AddHours(-30));
        var newer = await marketplace.NewOrder(installation, now.AddHours(-2));

        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(24, null));

        var problem = (await Client.Get(installation, $"orders/{older}")).IsProblem(404, "outside-sync-window");
        Assert.Equal("seller", problem.GetProperty("fix").GetProperty("by").GetString());
        Assert.Equal([newer], await Listed(installation));
        (await Client.Call(installation, HttpMethod.Post, $"orders/{older}/flags", new { kind = "other" })).IsProblem(
            404,
            "outside-sync-window"
        );

        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, null));
        Assert.Equal([older, newer], await Listed(installation));
    }

    private async Task<IReadOnlyList<string>> Listed(string installation) =>
        [
            .. (await Client.Get(installation, "orders"))
                .OrThrow()
                .Json.GetProperty("orders")
                .EnumerateArray()
                .Select(order => order.GetProperty("order_id").GetString()!),
        ];
}
