using System.Net.Http.Headers;

namespace Marketplace.Api.Tests.Upstreams;

/// <summary>A configured upstream behind the same decision, metering and headers as the built-in operations.</summary>
public class UpstreamTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_upstreams_answer_is_counted_billed_and_carries_receipt_and_limits()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var answers = new List<Answer>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add((await Client.Get(installation, "upstream/echo/hello?x=1")).OrThrow());
        }

        Assert.StartsWith("GET", answers[0].Text, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], answers.Select(answer => answer.Receipt!.Seq));
        Assert.Equal(0.020m, answers[3].Receipt!.Price);
        Assert.Equal([6, 5, 4, 3], answers.Select(answer => answer.Limits["daily"].Remaining!.Value));
        var bill = (await Client.Bill(TestMarketplace.SellerOf(installation), answers[0].Receipt!.Day)).Json;
        Assert.Contains(bill.GetProperty("lines").EnumerateArray(), line =>
            line.GetProperty("api").GetString() == "upstream.echo-read" && line.GetProperty("amount").GetDecimal() == 0.020m
        );
    }

    [Fact]
    public async Task The_upstream_is_told_the_installation_and_neither_token_nor_cookies()
    {
        var installation = await marketplace.NewInstallation();
        var answer = await marketplace.Http.Raw(
            "GET",
            "/open/v1/upstream/echo/headers",
            await Client.PluginToken(installation),
            headers: [("Marketplace-Installation", "somebody/else"), ("X-Request-Id", "forged"), ("Cookie", "marketplace-operator=stolen")]
        );

        var seen = marketplace.Upstream.Requests.Last();
        Assert.Equal("/open/v1/upstream/echo/headers", seen.Path);
        Assert.DoesNotContain("Authorization", seen.Headers.Keys);
        Assert.DoesNotContain("Cookie", seen.Headers.Keys);
        Assert.Equal(installation, seen.Headers["Marketplace-Installation"]);
        Assert.Equal(answer.Answer.RequestId, seen.Headers["X-Request-Id"]);
        Assert.Equal("yes", answer.Field("X-Upstream"));
        Assert.Null(answer.Field("Set-Cookie"));
    }

    [Fact]
    public async Task An_upstreams_own_refusal_is_its_answer_and_costs_nothing()
    {
        var installation = await marketplace.NewInstallation();

        var answer = await Client.Get(installation, "upstream/echo/missing");

        Assert.Equal((404, "no such thing"), ((int)answer.Status, answer.Text));
        Assert.Null(answer.Receipt);
        var quota = (await Client.Quota(installation)).Json;
        Assert.Equal(
            (0, 1),
            (quota.GetProperty("daily").GetProperty("used").GetInt32(), quota.GetProperty("errors").GetProperty("used").GetInt32())
        );
    }

    [Theory]
    [InlineData("upstream/echo/fail")]
    [InlineData("upstream/echo/break")]
    [InlineData("upstream/echo/sleep")]
    [InlineData("upstream/echo/short")]
    [InlineData("upstream/echo/chunks")]
    [InlineData("upstream/echo/301")]
    [InlineData("upstream/echo/302")]
    [InlineData("upstream/echo/304")]
    [InlineData("upstream/echo/307")]
    [InlineData("upstream/echo/401")]
    [InlineData("upstream/echo/407")]
    [InlineData("upstream/echo/429")]
    [InlineData("upstream/echo/503")]
    [InlineData("upstream/echo/600")]
    [InlineData("upstream/closed/any")]
    public async Task An_upstream_that_fails_costs_nothing_and_shows_nothing_of_itself(string path)
    {
        var installation = await marketplace.NewInstallation();

        var answer = await marketplace.Http.Raw("GET", $"/open/v1/{path}", await Client.PluginToken(installation));

        Assert.Equal(
            (502, "application/problem+json", "upstream-failed"),
            (answer.Status, answer.Answer.ContentType, answer.Answer.ProblemCode)
        );
        Assert.Equal("ISP", answer.Answer.Json.GetProperty("type_class").GetString());
        Assert.Null(answer.Answer.Receipt);
        Assert.All(["X-Upstream", "Location", "WWW-Authenticate", "Marketplace-Receipt"], name => Assert.Null(answer.Field(name)));
        Assert.Equal(1_000_000_000, answer.Answer.Limits["daily"].Remaining);
        Assert.DoesNotContain("stack trace", answer.Answer.Text, StringComparison.Ordinal);
        var quota = (await Client.Quota(installation)).Json;
        Assert.All(["daily", "errors"], counter => Assert.Equal(0, quota.GetProperty(counter).GetProperty("used").GetInt32()));
    }

    [Theory]
    [InlineData("401")]
    [InlineData("429")]
    [InlineData("503")]
    public async Task A_wrapped_answer_names_its_status_and_how_long_to_wait(string status)
    {
        var answer = await Client.Get(await marketplace.NewInstallation(), $"upstream/echo/{status}");

        Assert.Equal(status, answer.Json.GetProperty("evidence").GetProperty("facts").GetProperty("upstream_status").GetString());
        Assert.Equal(7, answer.RetryAfter!.Value.TotalSeconds);
    }

    [Fact]
    public async Task What_was_asked_for_and_has_not_changed_is_an_answer()
    {
        var installation = await marketplace.NewInstallation();

        var answer = await marketplace.Http.Raw(
            "GET",
            "/open/v1/upstream/echo/304",
            await Client.PluginToken(installation),
            headers: ("If-None-Match", "\"1\"")
        );

        Assert.Equal((304, 1), (answer.Status, answer.Answer.Receipt!.Seq));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_after_much_of_it_has_left_is_counted_and_seen_to_be_cut()
    {
        var installation = await marketplace.NewInstallation();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/open/v1/upstream/echo/long");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Client.PluginToken(installation));
        var ended = TestContext.Current.CancellationToken;

        using var answer = await marketplace.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended);
        marketplace.Upstream.LongAnswer.Release();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync(ended));
        Assert.Equal(1, (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task A_write_with_a_key_reaches_the_upstream_once()
    {
        var installation = await marketplace.NewInstallation();
        var key = MarketplaceClient.NewKey();
        var path = $"upstream/echo/{key}";

        var first = (await Client.Call(installation, HttpMethod.Post, path, new { a = 1 }, key)).OrThrow();
        var second = (await Client.Call(installation, HttpMethod.Post, path, new { a = 1 }, key)).OrThrow();

        Assert.True(second.Replayed);
        Assert.Equal((first.Text, first.Receipt, first.ContentType), (second.Text, second.Receipt, second.ContentType));
        var seen = Assert.Single(marketplace.Upstream.Requests, request => request.Path.EndsWith(key, StringComparison.Ordinal));
        Assert.Equal("""{"a":1}""", seen.Body);
        (await Client.Call(installation, HttpMethod.Post, path, new { a = 2 }, key)).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_failed_write_may_be_repeated_with_its_key()
    {
        var installation = await marketplace.NewInstallation();
        var key = MarketplaceClient.NewKey();

        for (var i = 0; i < 2; i++)
        {
            var answer = await Client.Call(installation, HttpMethod.Post, "upstream/echo/fail", new { a = key }, key);
            Assert.Equal((502, false), ((int)answer.Status, answer.Replayed));
        }

        Assert.Equal(2, marketplace.Upstream.Requests.Count(request => request.Body.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_route_that_is_not_billable_is_decided_but_not_counted()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);

        Assert.Null((await Client.Get(installation, "upstream/free/x")).OrThrow().Receipt);
        Assert.Equal(0, (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
        await Client.SetGrants(installation, "orders.read");
        (await Client.Get(installation, "upstream/free/x")).IsProblem(403, "scope-missing");
    }

    [Fact]
    public async Task A_refused_call_does_not_reach_the_upstream()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, "orders.read");
        var before = marketplace.Upstream.Requests.Count;

        (await Client.Get(installation, "upstream/echo/x")).IsProblem(403, "scope-missing");
        (await Client.Send(HttpMethod.Get, "/open/v1/upstream/echo/x", token: null)).IsProblem(401, "token-missing");

        Assert.Equal(before, marketplace.Upstream.Requests.Count);
    }
}
