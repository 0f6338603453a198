using System.Net;
using System.Text.Json;

namespace Marketplace.Api.Tests.Network;

/// <summary>Under which hosts the server answers.</summary>
public class KnownHostsTests(TestMarketplace marketplace)
{
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/connect/authorize?client_id=x")]
    [InlineData("/open/v1/orders")]
    [InlineData("/ops/dashboard/")]
    [InlineData("/metrics")]
    public async Task A_host_that_is_not_ours_gets_no_answer_that_names_it(string path)
    {
        foreach (
            var host in new[] { "evil.example", "evil.example:5080", "127.0.0.1.evil.example", "203.0.113.9", "localhost.evil.example" }
        )
        {
            using var answer = await Get(path, host, "text/html");

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal("host-unknown", JsonDocument.Parse(body).RootElement.GetProperty("code").GetString());
            Assert.DoesNotContain("evil", body + answer.Headers, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:5080")]
    [InlineData("marketplace:5080")]
    public async Task Loopback_and_without_an_issuer_names_of_the_local_network_are_ours(string host)
    {
        using var answer = await Get("/.well-known/openid-configuration", host, "application/json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Health_is_answered_under_any_host()
    {
        using var answer = await Get("/health/live", "node-7.cluster.example", "*/*");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_browser_is_sent_to_sign_in_by_a_path_of_this_host()
    {
        using var answer = await Get("/ops/dashboard/", "localhost", "text/html");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/ops/sign-in?return=", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> Get(string path, string host, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        return await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
