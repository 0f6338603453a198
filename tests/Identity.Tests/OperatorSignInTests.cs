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
        var form = await host.Get(browser.Response.Headers.Location!.OriginalString, null);

        Assert.Equal(HttpStatusCode.Redirect, browser.Status);
        Assert.Equal("/ops/sign-in?return=%2Fas%2Foperator", browser.Response.Headers.Location!.OriginalString);
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

    [Fact]
    public async Task After_signing_out_a_copy_of_the_cookie_is_dead_on_every_host()
    {
        await using var host = await IdentityHost.Start(Store);
        await using var other = await IdentityHost.Start(Store);
        var cookie = CookieOf(await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), null));
        Assert.Equal(HttpStatusCode.OK, (await other.Get("/as/operator", null, ("Cookie", cookie))).Status);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/sign-out");
        request.Headers.Add("Cookie", cookie);
        await host.Http.SendAsync(request, Ended);

        foreach (var each in new[] { host, other })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await each.Get("/as/operator", null, ("Cookie", cookie))).Status);
        }
    }

    [Fact]
    public async Task Another_site_cannot_sign_its_victim_out()
    {
        await using var host = await IdentityHost.Start(Store);
        var cookie = CookieOf(await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), null));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/sign-out");
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Origin", "https://evil.example");
        var answer = await host.Http.SendAsync(request, Ended);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/operator", null, ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task Signing_in_anew_ends_the_browsers_earlier_session()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-operator", "operator");
        var first = CookieOf(await SignIn(host, "the-operator", secret, null));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/sign-in");
        request.Headers.Add("Cookie", first);
        request.Content = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["client_id"] = "the-operator", ["client_secret"] = secret }
        );
        var second = CookieOf(await host.Http.SendAsync(request, Ended));

        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/operator", null, ("Cookie", first))).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/operator", null, ("Cookie", second))).Status);
    }

    [Fact]
    public async Task By_TLS_the_cookie_is_secure_and_bound_to_the_host()
    {
        // A proxy ends TLS in front: the issuer says so.
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", "https://market.example/"));

        var answer = await SignIn(host, "the-operator", await host.Client("the-operator", "operator"), null);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-marketplace-operator=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/operator", null, ("Cookie", CookieOf(answer)))).Status);

        // The plain name, which a sibling host could set, opens nothing here.
        var plain = CookieOf(answer)["__Host-".Length..];
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/operator", null, ("Cookie", plain))).Status);
    }

    [Fact]
    public async Task Over_plain_HTTP_no_secret_is_taken_in_production()
    {
        await using var demo = await IdentityHost.Start(Store);
        var cookie = CookieOf(await SignIn(demo, "the-operator", await demo.Client("the-operator", "operator"), null));
        await using var host = await IdentityHost.Start(Store, null, ("AllowHttp", "false"));

        var form = await host.Get("/ops/sign-in", null);
        var wrong = await SignIn(host, "the-operator", "wrong", null);
        var changed = await host.Http.PostAsync(
            new Uri("/connect/client-secret", UriKind.Relative),
            new FormUrlEncodedContent([new("client_id", "the-operator"), new("client_secret", "x")]),
            Ended
        );
        var seller = await host.Http.PostAsync(
            new Uri("/connect/sign-in", UriKind.Relative),
            new FormUrlEncodedContent([new("subject_token", "x")]),
            Ended
        );

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
            (form.Status, wrong.StatusCode, seller.StatusCode)
        );
        Assert.Equal(HttpStatusCode.BadRequest, changed.StatusCode);
        Assert.Contains("invalid_request", await changed.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
        Assert.DoesNotContain("<form", form.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/operator", null, ("Cookie", cookie))).Status);
    }

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static async Task<HttpResponseMessage> SignIn(
        IdentityHost host,
        string id,
        string secret,
        string? returnPath,
        string? origin = null
    )
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
