using Marketplace.Api.Calls.Upstreams;

namespace Marketplace.Api.Tests.Upstreams;

/// <summary>Neither does a plugin speak for somebody else to an upstream, nor an upstream for this marketplace to a plugin.</summary>
public class UpstreamHeaderTests(TestMarketplace marketplace)
{
    [Theory]
    [InlineData("marketplace_installation")]
    [InlineData("Marketplace_Installation")]
    [InlineData("X_Request_Id")]
    [InlineData("x_forwarded_for")]
    [InlineData("any_other")]
    [InlineData("Marketplace.Installation")]
    [InlineData("Marketplace-Anything")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy")]
    [InlineData("Client-Cert")]
    [InlineData("X-SSL-Client-Verify")]
    [InlineData("Remote-User")]
    [InlineData("X-Original-URL")]
    public async Task What_speaks_for_somebody_else_does_not_reach_an_upstream(string name)
    {
        var installation = await marketplace.NewInstallation();
        var answer = await Get(installation, "/open/v1/upstream/echo/hello", (name, "forged"), ("X-Own", "own"), ("Accept-Language", "zh"));

        Assert.Equal(200, answer.Status);
        var seen = marketplace.Upstream.Requests.Last();
        Assert.DoesNotContain(seen.Headers, header => header.Value.Contains("forged", StringComparison.Ordinal));
        Assert.Equal(
            (installation, "own", "zh"),
            (seen.Headers["Marketplace-Installation"], seen.Headers["X-Own"], seen.Headers["Accept-Language"])
        );
        Assert.DoesNotContain(seen.Headers.Keys, key => key.Contains('_', StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upstream_speaks_of_its_body_and_in_fields_of_its_own_and_nothing_else()
    {
        var answer = await Get(await marketplace.NewInstallation(), "/open/v1/upstream/echo/forge");

        Assert.Equal((200, "\"1\"", "yes"), (answer.Status, answer.Field("ETag"), answer.Field("X-Upstream")));
        Assert.All(UpstreamServer.Forged, name =>
            Assert.DoesNotContain(UpstreamServer.Forgery, answer.Field(name) ?? string.Empty, StringComparison.Ordinal)
        );
        Assert.Equal((answer.Answer.Receipt!.Call, 999_999_999), (answer.Answer.RequestId, answer.Answer.Limits["daily"].Remaining));
        Assert.Equal("no-store", answer.Field("Cache-Control"));
    }

    [Fact]
    public async Task An_upstream_cannot_speak_for_us_in_a_refusal_either()
    {
        var answer = await Get(await marketplace.NewInstallation(), "/open/v1/upstream/echo/403");

        Assert.Equal(403, answer.Status);
        Assert.All(["Retry-After", "Location", "WWW-Authenticate", "Marketplace-Receipt"], name => Assert.Null(answer.Field(name)));
        Assert.Equal(1_000_000_000, answer.Answer.Limits["daily"].Remaining);
    }

    [Theory]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("a%2fb/c", "a%2Fb/c")]
    [InlineData("a%252Fb", "a%252Fb")]
    [InlineData("a%252Fb%2Fc", "a%252Fb%2Fc")]
    [InlineData("%E5%8F%91%2F%20x?q=%2F&r=a%20b", "%E5%8F%91%2F%20x?q=%2F&r=a%20b")]
    [InlineData("plain", "plain")]
    public async Task A_path_arrives_as_it_was_sent(string sent, string arrives)
    {
        var answer = await Get(await marketplace.NewInstallation(), $"/open/v1/upstream/echo/{sent}");

        Assert.Equal(200, answer.Status);
        Assert.Equal($"/open/v1/upstream/echo/{arrives}", marketplace.Upstream.Requests.Last().Target);
    }

    [Theory]
    [InlineData("..%2F..%2Fadmin")]
    [InlineData("a%2F..%2Fb")]
    [InlineData("a/..%2Fb")]
    [InlineData("x%5C..%2Fb")]
    [InlineData("%2E%2E%2Fb")]
    public async Task A_path_that_an_upstream_could_read_as_another_is_refused(string sent)
    {
        var installation = await marketplace.NewInstallation();
        var before = marketplace.Upstream.Requests.Count;

        var answer = await Get(installation, $"/open/v1/upstream/echo/{sent}");

        answer.IsProblem(400, "parameter-invalid", sent);
        Assert.Equal(before, marketplace.Upstream.Requests.Count);
    }

    [Theory]
    [InlineData("Content-Type", true)]
    [InlineData("x-total-count", true)]
    [InlineData("X-Request-ID", false)]
    [InlineData("X_Total_Count", false)]
    [InlineData("Total-Count", false)]
    public void A_field_comes_in_by_its_name(string name, bool comes) => Assert.Equal(comes, UpstreamHeaders.MayComeIn(name));

    private async Task<Exchange> Get(string installation, string path, params (string Name, string Value)[] headers) =>
        await marketplace.Http.Raw("GET", path, await marketplace.Client.PluginToken(installation), headers: headers);
}
