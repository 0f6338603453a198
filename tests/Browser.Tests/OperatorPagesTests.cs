using Marketplace.TestKit;

namespace Marketplace.Browser.Tests;

/// <summary>An operator signs in, looks at the dashboard and signs out.</summary>
public sealed class OperatorPagesTests(Chromium chromium)
{
    private const string Dashboard = "/ops/dashboard/";

    private DemoClient Operator => chromium.Client.Demo.Client("demo-operator");

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en-GB")]
    public async Task An_operator_signs_in_sees_the_dashboard_and_signs_out(string locale)
    {
        await using var visit = await chromium.Visit(locale);

        await visit.Go(Dashboard);
        await visit.CheckOwnPage("operator-sign-in");
        await SignIn(visit, "wrong");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        visit.ForgetComplaints();
        await visit.CheckOwnPage("operator-sign-in-refused");
        await SignIn(visit, Operator.Secret);
        await visit.Page.WaitForURLAsync($"**{Dashboard}**");
        await visit.Page.GetByText("Total Activations").First.WaitForAsync();
        await visit.Picture("dashboard");
        visit.CheckQuiet("dashboard");

        await using var thief = await chromium.Visit(locale);
        await thief.Context.AddCookiesAsync(
            (await visit.Context.CookiesAsync()).Select(cookie => new Cookie
            {
                Name = cookie.Name,
                Value = cookie.Value,
                Domain = cookie.Domain,
                Path = cookie.Path,
            })
        );
        await thief.Go(Dashboard);
        Assert.Equal(Dashboard, new Uri(thief.Page.Url).AbsolutePath);

        await visit.Go("/ops/sign-in");
        await visit.CheckOwnPage("operator-signed-in");
        await visit.Press("退出登录", "Sign out");
        await visit.Page.WaitForURLAsync("**/ops/sign-in?**");
        await visit.CheckOwnPage("operator-signed-out");
        foreach (var browser in new[] { visit, thief })
        {
            await browser.Go(Dashboard);
            Assert.Equal("/ops/sign-in", new Uri(browser.Page.Url).AbsolutePath);
        }
    }

    private async Task SignIn(Visit visit, string secret)
    {
        await visit.Page.GetByLabel(visit.In("客户端编号", "Client id")).FillAsync(Operator.Id);
        await visit.Page.GetByLabel(visit.In("客户端密钥", "Client secret")).FillAsync(secret);
        await visit.Press("登录", "Sign in");
    }
}
