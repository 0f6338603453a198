using Marketplace.Api.Tests.Matrix;

namespace Marketplace.Api.Tests.Identity;

/// <summary>What a seller's signed-in user may do, and for whom.</summary>
public class SellerUserTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_users_token_opens_no_other_seller_and_does_not_tell_which_there_are()
    {
        await MatrixSeller.Make(marketplace);
        foreach (var role in new[] { "owner", "staff", "finance" })
        {
            var token = await Client.UserToken(marketplace.NewSeller(), "han-meimei", role);
            var before = await LogExports.ReadAll(Client);
            foreach (var row in EndpointTable.Rows.Where(row => row.Path.StartsWith("/seller/v1/", StringComparison.Ordinal)))
            {
                var foreign = await marketplace.Http.Raw(row.Method, row.Path, token, row.Bytes);
                var unknown = await marketplace.Http.Raw(
                    row.Method,
                    Unknown(row.Path),
                    token,
                    row.Body is null ? null : Unknown(row.Body).ToUtf8()
                );

                // Who it is may be refused first; what is there is never told.
                foreign.Answer.IsProblem(row.Name);
                Assert.True(foreign.Status is 404 || foreign.Answer.ProblemCode == "role-not-allowed", $"{row.Name}: {foreign.Answer}");
                Assert.Equal(WithoutIds(unknown), WithoutIds(foreign));
            }

            Assert.Equal(before, await LogExports.ReadAll(Client));
        }
    }

    [Theory]
    [InlineData("owner", 200)]
    [InlineData("finance", 200)]
    [InlineData("staff", 403)]
    public async Task Staff_lower_a_spend_cap_but_do_not_raise_it(string role, int status)
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.BoundToken(installation, "user", role);
        Assert.Equal(200, await SetCap(installation, token, 100m));
        Assert.Equal(200, await SetCap(installation, token, 50m));

        Assert.Equal(status, await SetCap(installation, token, 50.001m));
        Assert.Equal(status, await SetCap(installation, token, null));
    }

    [Fact]
    public async Task Seller_center_without_a_user_approves_no_charges_and_grants_nothing_more()
    {
        var installation = await marketplace.NewInstallation(grants: ["orders.read"]);
        var center = await Client.SellerCenterToken();
        Assert.Equal(200, await SetCap(installation, center, 1m));

        (await Put(installation, "settings", center, new Settings(null, 2m))).IsProblem(403, "role-not-allowed");
        (await Put(installation, "grants", center, new { grants = new[] { "orders.read", "products.read" } })).IsProblem(
            403,
            "role-not-allowed"
        );
        (
            await Put(
                installation,
                "grants",
                await Client.BoundToken(installation, "f", "finance"),
                new { grants = new[] { "products.read" } }
            )
        ).IsProblem(403, "role-not-allowed");
    }

    [Fact]
    public async Task A_command_is_journaled_as_the_users_whatever_the_header_says()
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.BoundToken(installation, "han-meimei", "staff");

        var paused = await marketplace.Http.Raw(
            "POST",
            $"/seller/v1/installations/{installation}/pause",
            token,
            null,
            null,
            ("X-Actor", "li-lei")
        );

        Assert.Equal(200, paused.Status);
        var fact = (await LogExports.ReadAll(Client))
            .Journal.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonElement.Parse(line))
            .Last(line => line.GetProperty("entity").GetString() == $"installation/{installation}");
        Assert.Equal(
            ("paused", "demo-seller-center:han-meimei", "seller-user:staff", "127.0.0.1"),
            (Text("type"), Text("actor"), Text("role"), Text("address"))
        );

        string? Text(string name) => fact.GetProperty(name).GetString();
    }

    private static string Unknown(string text) => text.Replace(EndpointTable.Seller, "nobody-at-all", StringComparison.Ordinal);

    private static string WithoutIds(Exchange exchange) =>
        $"{exchange.Status} {exchange.Answer.Text.Replace(exchange.Answer.RequestId!, "id", StringComparison.Ordinal)}";

    private async Task<int> SetCap(string installation, string token, decimal? cap) =>
        (int)(await Put(installation, "settings", token, new Settings(null, cap))).Status;

    private Task<Answer> Put(string installation, string what, string token, object body) =>
        Client.Send(HttpMethod.Put, $"/seller/v1/installations/{installation}/{what}", token, body, MarketplaceClient.NewKey());
}
