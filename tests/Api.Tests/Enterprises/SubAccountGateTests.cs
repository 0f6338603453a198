using Marketplace.Api.Tests.Matrix;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>What a binding of a sub-account opens, and that it opens nothing else.</summary>
public class SubAccountGateTests(TestMarketplace marketplace)
{
    private const string OfOne = "/seller/v1/installations/{seller}/{plugin}";
    private const string NotBound = "sub-account-not-bound";

    private MarketplaceClient Client => marketplace.Client;

    [Theory]
    [InlineData("staff")]
    [InlineData("finance")]
    public async Task Every_endpoint_of_an_installation_is_closed_to_an_account_that_is_not_bound(string role)
    {
        await MatrixSeller.Make(marketplace);
        var token = await Client.UserToken(EndpointTable.Seller, $"unbound-{role}", role);
        var rows = EndpointTable.Rows.Where(row => row.Pattern.StartsWith(OfOne, StringComparison.Ordinal)).ToArray();
        var before = await LogExports.ReadAll(Client);

        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            (await marketplace.Http.Raw(row.Method, row.Path, token, row.Bytes)).IsProblem(403, NotBound, row.Name);
        }

        Assert.Equal(before.Journal, (await LogExports.ReadAll(Client)).Journal);
    }

    [Fact]
    public async Task A_binding_opens_one_plugin_for_one_account_and_its_end_closes_it_with_the_next_call()
    {
        var installation = await marketplace.NewInstallation();
        var (seller, plugin) = (TestMarketplace.SellerOf(installation), TestPlugins.Everything);
        var (staff, other) = (await Client.UserToken(seller, "han-meimei", "staff"), await Client.UserToken(seller, "Han-Meimei", "staff"));
        (await Client.SubAccount(HttpMethod.Put, seller, "some-other-plugin-of-none", "han-meimei")).IsProblem(404, "plugin-not-found");
        (await Pause(installation, staff)).IsProblem(403, NotBound);

        (await Client.SubAccount(HttpMethod.Put, seller, plugin, "han-meimei")).OrThrow();
        (await Pause(installation, staff)).OrThrow();
        (await Pause(installation, other)).IsProblem(403, NotBound);

        (await Client.SubAccount(HttpMethod.Delete, seller, plugin, "han-meimei")).OrThrow();
        (await Pause(installation, staff)).IsProblem(403, NotBound);
    }

    [Fact]
    public async Task The_owner_and_seller_center_itself_need_no_binding()
    {
        var installation = await marketplace.NewInstallation();

        (await Pause(installation, await Client.UserToken(TestMarketplace.SellerOf(installation)))).OrThrow();
        (await Pause(installation, await Client.SellerCenterToken())).OrThrow();
    }

    [Fact]
    public async Task Lists_enabling_and_evidence_are_bound_too()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var order = await marketplace.NewOrder(installation);
        var staff = await Client.UserToken(seller, "s", "staff");
        string[] lists = [$"/seller/v1/installations?seller={seller}", $"/seller/v1/permissions?seller={seller}"];
        var evidence = $"/seller/v1/orders/{order}/evidence?seller={seller}&plugin={TestPlugins.Everything}";
        foreach (var list in lists)
        {
            Assert.DoesNotContain(TestPlugins.Everything, (await Get(list, staff)).OrThrow().Text, StringComparison.Ordinal);
        }

        (await Get(evidence, staff)).IsProblem(403, NotBound);
        (
            await Client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                staff,
                new { seller, plugin = TestPlugins.Everything },
                MarketplaceClient.NewKey()
            )
        ).IsProblem(403, NotBound);

        (await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, "s")).OrThrow();
        foreach (var list in lists)
        {
            Assert.Contains(TestPlugins.Everything, (await Get(list, staff)).OrThrow().Text, StringComparison.Ordinal);
        }

        (await Get(evidence, staff)).OrThrow();
    }

    [Theory]
    [InlineData("staff")]
    [InlineData("finance")]
    public async Task Only_the_owner_and_seller_center_bind(string role)
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var path = $"/seller/v1/enterprise/sub-accounts/u-{role}?seller={seller}&plugin={TestPlugins.Everything}";
        var (user, owner) = (await Client.UserToken(seller, $"u-{role}", role), await Client.UserToken(seller));

        (await Client.Send(HttpMethod.Put, path, user)).IsProblem(403, "role-not-allowed");
        (await Client.Send(HttpMethod.Put, path, owner)).OrThrow();
        (await Client.Send(HttpMethod.Delete, path, user)).IsProblem(403, "role-not-allowed");
        (await Pause(installation, user)).OrThrow();
    }

    [Fact]
    public async Task The_refusal_says_who_can_lift_it_in_the_readers_language()
    {
        var installation = await marketplace.NewInstallation();
        var refused = (await Pause(installation, await Client.UserToken(TestMarketplace.SellerOf(installation), "s", "staff"))).Json;

        Assert.Equal("seller", refused.GetProperty("fix").GetProperty("by").GetString());
        Assert.Equal(TestPlugins.Everything, refused.GetProperty("evidence").GetProperty("facts").GetProperty("plugin").GetString());
        Assert.Contains("owner", refused.GetProperty("fix").GetProperty("action").GetString(), StringComparison.Ordinal);
    }

    private Task<Answer> Get(string path, string token) => Client.Send(HttpMethod.Get, path, token);

    private Task<Answer> Pause(string installation, string token) =>
        Client.Send(
            HttpMethod.Post,
            $"/seller/v1/installations/{installation}/pause",
            token,
            new { reason = "test" },
            MarketplaceClient.NewKey()
        );
}
