using System.Net;
using Cookie = Microsoft.Playwright.Cookie;

namespace Marketplace.Browser.Tests;

/// <summary>A seller comes from a plugin's page: signs in, reads, consents or refuses.</summary>
public sealed class SellerPagesTests(Chromium chromium)
{
    private static readonly string[] More = ["orders.flag"];

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task A_seller_signs_in_consents_to_more_than_the_minimum_and_the_plugin_gets_its_tokens(string locale)
    {
        await using var visit = await chromium.Visit(locale);
        var (seller, plugin) = (chromium.NewSeller(), new PluginAuthorization(chromium.Http, chromium.PluginClient("order-pilot")));
        var callback = await Callback(visit, plugin);

        await SignIn(visit, plugin.Address(("seller", seller)), seller, "owner");
        await visit.CheckOwnPage("consent");
        foreach (var scope in More)
        {
            await visit.Page.CheckAsync($"[id='{scope}']");
        }

        await visit.Press("同意协议并授权", "Accept the agreement and authorise");
        await visit.CheckOwnPage("consent-confirm");
        await visit.Press("确认授予", "Confirm the grant");

        var address = await callback;
        Assert.Equal(plugin.State, address.Parameter("state"));
        var tokens = (await plugin.Redeem(address.Parameter("code")!)).OrThrow().Json;
        Assert.Contains("orders.flag", tokens.GetProperty("scope").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task A_seller_refuses_and_the_plugin_is_told(string locale)
    {
        await using var visit = await chromium.Visit(locale);
        var (seller, plugin) = (chromium.NewSeller(), new PluginAuthorization(chromium.Http, chromium.PluginClient("sales-board")));
        var callback = await Callback(visit, plugin);

        await SignIn(visit, plugin.Address(("seller", seller)), seller, "owner");
        await visit.Press("拒绝", "Refuse");

        Assert.Equal("access_denied", (await callback).Parameter("error"));
    }

    [Theory]
    [InlineData("zh-CN", "您的角色不能授权", "只有店主可以同意协议并授予权限")]
    [InlineData("en-GB", "Your role cannot authorise", "Only an owner accepts agreements")]
    public async Task Staff_read_in_their_language_why_they_cannot_consent(string locale, string title, string reason)
    {
        await using var visit = await chromium.Visit(locale);
        var (seller, plugin) = (chromium.NewSeller(), new PluginAuthorization(chromium.Http, chromium.PluginClient("order-pilot")));

        await SignIn(visit, plugin.Address(("seller", seller)), seller, "staff");

        Assert.Equal(title, await visit.Page.Locator("h1").InnerTextAsync());
        Assert.Contains(reason, await visit.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        visit.ForgetComplaints();
        await visit.CheckOwnPage("refused-role");
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task The_language_can_be_changed_on_the_page(string locale)
    {
        await using var visit = await chromium.Visit(locale);
        var (seller, plugin) = (chromium.NewSeller(), new PluginAuthorization(chromium.Http, chromium.PluginClient("order-pilot")));

        await SignIn(visit, plugin.Address(("seller", seller)), seller, "owner");
        await visit.Page.Locator("nav a").ClickAsync();

        Assert.Equal(visit.In("en", "zh-CN"), await visit.Page.Locator("html").GetAttributeAsync("lang"));
    }

    [Theory]
    [InlineData("zh-CN", "已退出登录。")]
    [InlineData("en-GB", "You are signed out.")]
    public async Task After_signing_out_the_session_is_over_also_for_a_copy_of_the_cookie(string locale, string words)
    {
        await using var visit = await chromium.Visit(locale);
        await using var thief = await chromium.Visit(locale);
        var (seller, plugin) = (chromium.NewSeller(), new PluginAuthorization(chromium.Http, chromium.PluginClient("order-pilot")));
        await SignIn(visit, plugin.Address(("seller", seller)), seller, "owner");
        await thief.Context.AddCookiesAsync(
            (await visit.Context.CookiesAsync()).Select(cookie => new Cookie
            {
                Name = cookie.Name,
                Value = cookie.Value,
                Domain = cookie.Domain,
                Path = cookie.Path,
            })
        );
        await thief.Go(plugin.Address());
        Assert.Equal("/connect/authorize", new Uri(thief.Page.Url).AbsolutePath);

        await visit.Press("退出登录", "Sign out");
        await visit.CheckOwnPage("signed-out");
        Assert.Equal(words, await visit.Page.Locator("h1").InnerTextAsync());

        await thief.Go(plugin.Address());
        Assert.Equal("/demo/issuer/sign-in", new Uri(thief.Page.Url).AbsolutePath);
    }

    /// <summary>From the plugin's address to the consent page.</summary>
    private static async Task SignIn(Visit visit, string address, string seller, string role)
    {
        Assert.Equal((int)HttpStatusCode.OK, (await visit.Go(address)).Status);
        await visit.CheckOwnPage("sign-in");
        await visit.Page.GetByLabel(visit.In("店铺", "Shop")).FillAsync(seller);
        await visit.Page.GetByLabel(visit.In("角色", "Role")).SelectOptionAsync(role);
        await visit.Press("登录", "Sign in");
        await visit.CheckOwnPage("sign-in-continue");
        await visit.Press("继续", "Continue");
        await visit.Page.WaitForURLAsync("**/connect/authorize?**");
    }

    /// <summary>The plugin's page that the browser is sent back to; nobody listens there, so it is answered here.</summary>
    private static async Task<Task<BrowserAnswer>> Callback(Visit visit, PluginAuthorization plugin)
    {
        var called = new TaskCompletionSource<BrowserAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Context.RouteAsync($"{plugin.RedirectUri}?**", async route =>
        {
            var address = new Uri(route.Request.Url);
            called.TrySetResult(new BrowserAnswer(address, HttpStatusCode.Found, "", address, "", ""));
            await route.FulfillAsync(
                new RouteFulfillOptions
                {
                    Status = 200,
                    ContentType = "text/html",
                    Body = "<!doctype html><title>Plugin</title>",
                }
            );
        });
        return called.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
