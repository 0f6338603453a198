using Marketplace.Api.Tests.Evidence;

namespace Marketplace.Api.Tests.Http;

/// <summary>All pages for people speak the language that the browser asks for.</summary>
public sealed class PageLanguageTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Theory]
    [InlineData("de-DE,de;q=0.9,en;q=0.8", "en")]
    [InlineData("en;q=0, zh", "zh-CN")]
    [InlineData("zh;q=0.1, en;q=0.9", "en")]
    [InlineData("zh;q=0, *", "en")]
    [InlineData("fr", "zh-CN")]
    public async Task The_header_decides_on_every_page(string header, string expected)
    {
        var scenario = await ClaimScenario.Open(marketplace);
        var token = await Client.UserToken(scenario.Seller);
        var browser = new SellerBrowser(marketplace.Http) { AcceptLanguage = header };
        var plugin = new PluginAuthorization(marketplace.Http, Client.Demo.ClientOf("order-pilot"));

        Assert.Equal(expected, (await browser.Get("/ops/sign-in")).Language);
        Assert.Equal(expected, (await browser.Get("/demo/issuer/sign-in")).Language);
        Assert.Equal(expected, (await browser.Open(plugin.Address(), marketplace.NewSeller())).Language);
        Assert.Equal(expected, (await browser.PostFrom(null, "/connect/sign-in", [])).Language);
        Assert.Equal(expected, (await browser.PostFrom(null, "/connect/sign-out", [])).Language);
        var evidence = await marketplace.Http.Raw(
            "GET",
            $"/seller/v1/orders/{scenario.Order}/evidence?seller={scenario.Seller}&plugin={TestPlugins.Everything}&format=html",
            token,
            headers: ("Accept-Language", header)
        );
        Assert.Contains($"<html lang=\"{expected}\">", evidence.Answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ui_locales", "fr-CA en-GB", "zh", "en")]
    [InlineData("ui_locales", "zh-Hans", "en", "zh-CN")]
    [InlineData("lang", "en", "zh", "en")]
    public async Task What_the_plugin_asks_for_holds_from_sign_in_to_consent(string name, string value, string header, string expected)
    {
        var seller = marketplace.NewSeller();
        var browser = new SellerBrowser(marketplace.Http) { AcceptLanguage = header };
        var plugin = new PluginAuthorization(marketplace.Http, Client.Demo.ClientOf("order-pilot"));

        var signIn = await browser.Get((await browser.Get(plugin.Address((name, value)))).Location!.OriginalString);
        var refused = await browser.Submit("/demo/issuer/sign-in", signIn, ("seller", seller));
        var handOver = await browser.Submit("/demo/issuer/sign-in", refused, ("seller", seller), ("user", "li-lei"), ("role", "owner"));
        var wrong = await browser.Submit(
            "/connect/sign-in",
            handOver,
            handOver.HiddenFields.Where(field => field.Key != "subject_token").Append(new("subject_token", "x.y.z"))
        );
        var consent = await browser.Get((await browser.Submit("/connect/sign-in", handOver)).Location!.OriginalString);

        Assert.All([signIn, refused, handOver, wrong, consent], page => Assert.Equal(expected, page.Language));
    }
}
