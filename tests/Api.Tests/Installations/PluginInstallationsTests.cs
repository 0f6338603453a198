namespace Marketplace.Api.Tests.Installations;

public class PluginInstallationsTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_plugins_client_sees_all_its_installations_page_by_page_and_no_others()
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 5; i++)
        {
            own.Add(await marketplace.NewInstallation());
        }

        var foreign = $"{marketplace.NewSeller()}/lingua";
        await Client.Install(TestMarketplace.SellerOf(foreign), "lingua", "products.read");
        var token = await marketplace.PluginClientToken(TestPlugins.Everything);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Get(token, "limit=2" + (cursor is null ? "" : $"&cursor={cursor}"))).OrThrow().Json;
            var installations = page.GetProperty("installations")
                .EnumerateArray()
                .Select(one => one.GetProperty("installation").GetString()!)
                .ToArray();
            Assert.InRange(installations.Length, 0, 2);
            seen.AddRange(installations);
            cursor = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        } while (cursor is not null);

        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Subset(seen.ToHashSet(StringComparer.Ordinal), own);
        Assert.All(seen, installation => Assert.EndsWith($"/{TestPlugins.Everything}", installation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_says_in_which_state_an_installation_is()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation, "holiday");
        var token = await marketplace.PluginClientToken(TestPlugins.Everything);

        for (string? cursor = ""; cursor is not null; )
        {
            var page = (await Get(token, "limit=100" + (cursor.Length == 0 ? "" : $"&cursor={cursor}"))).OrThrow().Json;
            if (
                page.GetProperty("installations")
                    .EnumerateArray()
                    .FirstOrDefault(one => one.GetProperty("installation").GetString() == installation) is
                { ValueKind: not System.Text.Json.JsonValueKind.Undefined } found
            )
            {
                Assert.Equal("paused", found.GetProperty("state").GetString());
                return;
            }

            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }

        Assert.Fail("The installation is not in the list.");
    }

    [Theory]
    [InlineData("cursor=x")]
    [InlineData("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk6")]
    [InlineData("limit=0")]
    [InlineData("limit=99999999999999999999")]
    public async Task What_cannot_be_read_is_refused(string query) =>
        Assert.Equal(
            System.Net.HttpStatusCode.BadRequest,
            (await Get(await marketplace.PluginClientToken(TestPlugins.Everything), query)).Status
        );

    private Task<Answer> Get(string token, string query) => Client.Send(HttpMethod.Get, $"/open/v1/installations?{query}", token);
}
