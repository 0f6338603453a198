using System.Text.Json;
using Marketplace.TestKit.Processes;

namespace Marketplace.Api.Tests.Identity;

/// <summary>A stock OAuth client library from npm against the running product (tests/OAuth.Client).</summary>
public class NpmClientTests(TestMarketplace marketplace)
{
    private const string Plugin = "order-pilot";

    [Fact]
    public async Task A_stock_client_library_runs_every_flow()
    {
        var installation = await RunningInstallation();
        using var folder = await ClientFolder.Install("OAuth.Client", TestContext.Current.CancellationToken);
        var output = await folder.Run(
            [("MARKETPLACE", Settings(installation))],
            "node",
            ["client.js"],
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [
                "ok discovery",
                "ok code flow with PKCE",
                "ok refresh",
                "ok replayed refresh before the successor was used",
                "ok replayed refresh after the successor was used",
                "ok revocation",
                "ok token exchange",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    /// <summary>Enabled, consented to in the browser, and with a verified enterprise.</summary>
    private async Task<string> RunningInstallation()
    {
        var seller = marketplace.NewSeller();
        var browser = new SellerBrowser(marketplace.Http);
        var plugin = new PluginAuthorization(marketplace.Http, marketplace.Client.Demo.ClientOf(Plugin));
        await browser.Submit(
            "/connect/authorize",
            await browser.Open(plugin.Address(), seller),
            ("decision", "accept"),
            ("grant", "orders.flag")
        );
        await browser.Submit("/connect/authorize", await browser.Open(plugin.Address(), seller), ("decision", "accept"));
        await marketplace.Verify($"{seller}/{Plugin}");
        return $"{seller}/{Plugin}";
    }

    private string Settings(string installation)
    {
        var demo = marketplace.Client.Demo;
        var (plugin, center) = (demo.ClientOf(Plugin), demo.Client("demo-seller-center"));
        return JsonSerializer.Serialize(
            new
            {
                @base = marketplace.Http.BaseAddress!.GetLeftPart(UriPartial.Authority),
                seller = TestMarketplace.SellerOf(installation),
                plugin = new
                {
                    id = plugin.Id,
                    secret = plugin.Secret,
                    plugin = plugin.Plugin,
                    redirect_uri = plugin.RedirectUri,
                },
                sellerCenter = new { id = center.Id, secret = center.Secret },
            }
        );
    }
}
