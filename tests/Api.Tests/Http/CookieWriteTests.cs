using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Http;

/// <summary>An operator's cookie writes from our own pages only; a token writes from anywhere.</summary>
public sealed class CookieWriteTests(TestMarketplace marketplace) : IAsyncLifetime
{
    // No other test's client: ending its sessions revokes the tokens that other tests keep.
    private const string ClientToEnd = "reviewer-of-the-cookie-tests";
    private const string Sessions = $"/platform/v1/clients/{ClientToEnd}/sessions/end";
    private const string Incidents = "/platform/v1/incidents";

    private static readonly byte[] Incident = """{"title":{"zh":"跨站","en":"Cross-site"},"operations":["orders.split"]}""".ToUtf8();

    private string Own => marketplace.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public static TheoryData<string?, string?> Foreign =>
        new()
        {
            { "https://evil.example", null },
            { "https://evil.example", "cross-site" },
            { "https://evil.example", "same-site" },
            { "null", null },
            { "null", "cross-site" },
            { "http://127.0.0.1:9", "same-site" },
            { null, "same-site" },
            { null, "cross-site" },
            { null, null },
            { "OWN/path", null },
            { "OWN, https://evil.example", null },
        };

    public async ValueTask InitializeAsync() =>
        await marketplace
            .Services.GetRequiredService<IClientRegistry>()
            .EnsureClient(ClientToEnd, ClientRoles.BusinessReviewer, null, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task What_another_site_made_the_browser_send_is_refused(string? origin, string? site)
    {
        var cookie = await OperatorBrowser.SignIn(marketplace);

        foreach (var (path, body) in new[] { (Sessions, (byte[]?)null), (Incidents, Incident), ("/platform/v1/keys/rotate", null) })
        {
            var answer = await Send(cookie, path, body, "application/json", origin?.Replace("OWN", Own, StringComparison.Ordinal), site);
            answer.IsProblem(403, "cross-site-request", path);
        }
    }

    [Theory]
    [InlineData("OWN", "same-origin")]
    [InlineData("OWN", null)]
    [InlineData("null", "same-origin")]
    [InlineData(null, "same-origin")]
    [InlineData(null, "none")]
    public async Task A_page_of_this_host_writes(string? origin, string? site)
    {
        var cookie = await OperatorBrowser.SignIn(marketplace);

        var answer = await Send(cookie, Sessions, null, null, origin?.Replace("OWN", Own, StringComparison.Ordinal), site);

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_body_that_needs_no_preflight_is_refused(string? type)
    {
        var cookie = await OperatorBrowser.SignIn(marketplace);

        (await Send(cookie, Incidents, Incident, type, Own, "same-origin")).IsProblem(415, "media-type-unsupported", type ?? "none");
    }

    [Fact]
    public async Task Reading_by_cookie_and_writing_by_token_are_not_looked_at()
    {
        var cookie = await OperatorBrowser.SignIn(marketplace);
        var read = await marketplace.Http.Raw(
            "GET",
            Incidents,
            token: null,
            headers: [("Cookie", cookie), ("Origin", "https://evil.example")]
        );
        var written = await marketplace.Http.Raw(
            "POST",
            Sessions,
            await marketplace.Client.OperatorToken(),
            headers: [("Cookie", cookie), ("Origin", "https://evil.example")]
        );

        Assert.Equal((200, 200), (read.Status, written.Status));
    }

    private Task<Exchange> Send(string cookie, string path, byte[]? body, string? type, string? origin, string? site)
    {
        var headers = new List<(string, string)> { ("Cookie", cookie), ("Idempotency-Key", MarketplaceClient.NewKey()) };
        if (origin is not null)
        {
            headers.Add(("Origin", origin));
        }

        if (site is not null)
        {
            headers.Add(("Sec-Fetch-Site", site));
        }

        return marketplace.Http.Raw("POST", path, token: null, body, type, [.. headers]);
    }
}
