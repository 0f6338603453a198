using System.Text.Json;

namespace Marketplace.Browser.Tests;

/// <summary>Pages that a seller opens from Seller Center: a label to print, the evidence of an order.</summary>
public sealed class ShopPagesTests(Chromium chromium)
{
    private const string Seller = "shenzhen-lamp";

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task A_label_is_printed(string locale)
    {
        const string Installation = $"{Seller}/label-printer";
        var order = (await chromium.Client.Get(Installation, "orders/D-0002")).OrThrow().Json;
        var label = (
            await chromium.Client.Call(
                Installation,
                HttpMethod.Post,
                "labels",
                new
                {
                    order_id = "D-0002",
                    address_handle = order.GetProperty("address_handle").GetString(),
                    carrier = "sf",
                    service = "express",
                    weight_g = 900,
                },
                MarketplaceClient.NewKey()
            )
        ).OrThrow().Json;
        await using var visit = await chromium.Visit(locale, await chromium.Client.UserToken(Seller));

        await visit.Go($"/seller/v1/labels/{label.GetProperty("label_id").GetString()}?seller={Seller}");

        await visit.CheckOwnPage("label");
        Assert.StartsWith(visit.In("面单", "Label"), await visit.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.StartsWith(visit.In("收件人", "To"), await visit.Page.Locator("dt").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("1 Example Street", await visit.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh-CN", "订单同步证据")]
    [InlineData("en-GB", "Evidence of an order's delivery")]
    public async Task Evidence_is_read_and_saved(string locale, string title)
    {
        await using var visit = await chromium.Visit(locale, await chromium.Client.UserToken(Seller));

        await visit.Go($"/seller/v1/orders/D-0003/evidence?seller={Seller}&plugin=order-pilot&format=html");

        await visit.CheckOwnPage("evidence");
        Assert.Equal(title, await visit.Page.Locator("h1").InnerTextAsync());
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator(".file a").ClickAsync());
        await using var file = await download.CreateReadStreamAsync();
        using var bundle = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(JsonValueKind.Object, bundle.RootElement.ValueKind);
        Assert.Equal("evidence-D-0003.json", download.SuggestedFilename);
    }
}
