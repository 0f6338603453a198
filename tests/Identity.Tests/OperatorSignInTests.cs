using System.Net;

namespace Marketplace.Identity.Tests;

public sealed class OperatorSignInTests : IdentityTest
{
    [Fact]
    public async Task A_browser_without_a_session_is_sent_to_the_form_and_a_program_gets_401()
    {
        await using var host = await IdentityHost.Start(Store);

        var browser = await host.Get("/as/operator", null, ("Accept", "text/html,application/xhtml+xml"));
        var program = await host.Get("/as/operator", null, ("Accept", "application/json"));
        var form = await host.Get(browser.Response.Headers.Location!.PathAndQuery, null);

        Assert.Equal(HttpStatusCode.Redirect, browser.Status);
        Assert.Equal("/ops/sign-in?return=%2Fas%2Foperator", browser.Response.Headers.Location!.PathAndQuery);
        Assert.Equal((HttpStatusCode.Unauthorized, "token-missing"), (program.Status, program.Body));
        Assert.Equal(HttpStatusCode.OK, form.Status);
        Assert.Contains("value=\"/as/operator\"", form.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_signs_in_for_eight_hours_with_a_strict_cookie()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-operator", "operator");

        var answer = await SignIn(host, "the-operator", secret, "/as/operator");

        Assert.Equal((HttpStatusCode.SeeOther, "/as/operator"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var setCookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", setCookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", setCookie, StringComparison.OrdinalIgnoreCase);
        var cookie = setCookie[..setCookie.IndexOf(';', StringComparison.Ordinal)];
        Assert.Equal("the-operator", (await host.Get("/as/operator", null, ("Cookie", cookie))).Body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/platform", null, ("Cookie", cookie))).Status);
        host.Time.Advance(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/operator", null, ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task A_session_holds_on_every_host_of_the_store()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store);
        var answer = await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), null);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        Assert.Equal("the-operator", (await other.Get("/as/operator", null, ("Cookie", cookie))).Body);
    }

    [Fact]
    public async Task Nobody_else_signs_in()
    {
        await using var host = await IdentityHost.Start(Store);
        var platform = await host.Client("the-platform", "platform");
        await host.Client("the-operator", "operator");

        foreach (var (id, secret) in new[] { ("the-platform", platform), ("the-operator", platform), ("nobody", "x"), ("", "") })
        {
            var answer = await SignIn(host, id, secret, null);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/a\nb")]
    public async Task The_form_does_not_send_to_other_hosts(string elsewhere)
    {
        await using var host = await IdentityHost.Start(Store);

        var answer = await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), elsewhere);

        Assert.Equal("/ops/dashboard/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Another_site_cannot_post_the_form()
    {
        await using var host = await IdentityHost.Start(Store);

        var answer = await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), null, "https://evil.example");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Signing_out_takes_the_cookie_back()
    {
        await using var host = await IdentityHost.Start(Store);

        var answer = await host.Http.PostAsync(new Uri("/ops/sign-out", UriKind.Relative), null, Ended);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SignIn(IdentityHost host, string id, string secret, string? returnPath, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/sign-in");
        var form = new Dictionary<string, string> { ["client_id"] = id, ["client_secret"] = secret };
        if (returnPath is not null)
        {
            form["return"] = returnPath;
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        request.Content = new FormUrlEncodedContent(form);
        return await host.Http.SendAsync(request, Ended);
    }
}
