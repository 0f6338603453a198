using System.Text.Json;
using Marketplace.TestKit.Processes;

namespace Marketplace.Browser.Tests;

/// <summary>
/// A stock OAuth client library (tests/OAuth.Client, openid-client of npm) with a real browser between it and the product.
/// </summary>
public sealed class StockClientTests(Chromium chromium)
{
    [Fact]
    public async Task It_gets_its_tokens_by_code_and_PKCE_through_Chromium()
    {
        var plugin = chromium.PluginClient("order-pilot");
        const string Seller = "yiwu-toys";
        using var folder = await ClientFolder.Install("OAuth.Client", TestContext.Current.CancellationToken);
        using var client = folder.Start(
            [
                (
                    "MARKETPLACE",
                    JsonSerializer.Serialize(
                        new
                        {
                            @base = chromium.Address.GetLeftPart(UriPartial.Authority),
                            seller = Seller,
                            plugin = new
                            {
                                id = plugin.Id,
                                secret = plugin.Secret,
                                redirect_uri = plugin.RedirectUri,
                            },
                        }
                    )
                ),
            ],
            "node",
            "browser.js"
        );
        try
        {
            var address = await client.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException(await client.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await using var visit = await chromium.Visit("zh-CN");

            await visit.Go(address);
            await visit.Page.GetByLabel("店铺").FillAsync(Seller);
            await visit.Press("登录", "");
            await visit.Press("继续", "");
            await visit.Press("同意协议并授权", "");

            // All scopes of the demo's installation are granted, so they are beyond the minimum and confirmed.
            var confirm = visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "确认授予" });
            await confirm.ClickAsync();

            Assert.Equal("200", await client.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await visit.Page.GetByText("connected").WaitForAsync();
        }
        finally
        {
            if (!client.HasExited)
            {
                client.Kill(entireProcessTree: true);
            }
        }
    }
}
