using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Calls;

/// <summary>What every answer has, whatever is asked for and however it ends.</summary>
public class AnswerFieldTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private string _installation = string.Empty;

    private static readonly string[] Nowhere = ["/", "/open/v1/nope", "/open/v1/orders/a/b/c", "/open/v1/upstream/none", "/nope"];

    public async ValueTask InitializeAsync() => _installation = await marketplace.NewInstallation();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_answer_has_a_request_id()
    {
        foreach (var (method, path) in Endpoints().Concat(Nowhere.Select(path => ("GET", path))))
        {
            foreach (var token in new[] { null, await Token(), "a.b.c" })
            {
                using var answer = await Send(method, path, token);
                Assert.True(answer.Headers.TryGetValues("X-Request-Id", out var ids), $"{method} {path}: {(int)answer.StatusCode}");
                Assert.Matches("^[0-9a-f]{32}$", Assert.Single(ids));
            }
        }
    }

    [Fact]
    public async Task Every_answer_to_a_plugin_has_limits_and_the_schema_version()
    {
        var token = await Token();
        foreach (
            var (method, path) in Endpoints()
                .Concat(Nowhere.Select(path => ("PUT", path)))
                .Where(row => row.Item2.StartsWith("/open/v1/", StringComparison.Ordinal))
        )
        {
            using var answer = await Send(method, path, token);
            foreach (var field in new[] { "RateLimit", "RateLimit-Policy", "Marketplace-Version" })
            {
                Assert.True(answer.Headers.Contains(field), $"{method} {path}: {(int)answer.StatusCode} without {field}");
            }
        }
    }

    [Fact]
    public async Task A_paused_plugin_sees_its_limits_and_a_dead_token_does_not()
    {
        var installation = await marketplace.NewInstallation();
        var token = await marketplace.FreshToken("plugin", installation);
        await marketplace.Client.Pause(installation);
        using var paused = await Send("GET", "/open/v1/webhook", token);
        await marketplace.Revoke(token, "plugin", installation);
        using var revoked = await Send("GET", "/open/v1/webhook", token);

        Assert.True(paused.Headers.Contains("RateLimit"));
        Assert.Equal((401, false), ((int)revoked.StatusCode, revoked.Headers.Contains("RateLimit")));
    }

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_a_body_on_every_route()
    {
        var paths = Endpoints().Where(endpoint => endpoint.Method == "GET").Select(endpoint => endpoint.Path).Concat(Nowhere).ToArray();
        Assert.Contains("/open/v1/events/live", paths);
        foreach (var path in paths.Append("/connect/authorize").Append("/.well-known/openid-configuration").Append("/.well-known/jwks"))
        {
            foreach (var token in new[] { null, await Token() })
            {
                using var get = await Send("GET", path, token);
                using var head = await Send("HEAD", path, token);
                Assert.True(get.StatusCode == head.StatusCode, $"{path}: GET {(int)get.StatusCode}, HEAD {(int)head.StatusCode}");
                Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
                // A server need not name the length to HEAD (RFC 9110 §8.6); a length of 0 would be a lie, unless GET has no content
                // either.
                Assert.True(
                    head.Content.Headers.ContentLength is not 0 || get.Content.Headers.ContentLength is 0,
                    $"{path}: HEAD names a length of 0"
                );
                Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            }
        }
    }

    [Fact]
    public async Task HEAD_of_a_counted_read_is_counted_and_priced_as_GET()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var token = await marketplace.Client.PluginToken(installation);
        var receipts = new List<Receipt>();
        foreach (var method in new[] { "GET", "HEAD", "GET", "HEAD", "HEAD" })
        {
            var answer = await marketplace.Http.Raw(method, "/open/v1/orders", token);
            Assert.Equal((200, method == "HEAD"), (answer.Status, answer.Answer.Text.Length == 0));
            receipts.Add(answer.Answer.Receipt!);
        }

        Assert.Equal([1, 2, 3, 4, 5], receipts.Select(receipt => receipt.Seq));
        Assert.Equal([0, 0, 0, 0.020m, 0.020m], receipts.Select(receipt => receipt.Price));
    }

    [Fact]
    public async Task HEAD_of_the_live_events_ends_and_holds_no_place()
    {
        var installation = await marketplace.NewInstallation();
        var token = await marketplace.Client.PluginToken(installation);
        for (var i = 0; i < 5; i++)
        {
            var answer = await marketplace.Http.Raw("HEAD", "/open/v1/events/live", token);
            Assert.Equal((200, "text/event-stream", null), (answer.Status, answer.Answer.ContentType, answer.Answer.Receipt));
        }
    }

    [Fact]
    public async Task What_allows_GET_allows_HEAD()
    {
        using var answer = await Send("DELETE", "/open/v1/orders", await Token());

        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("orders.read", "products", "products.read")]
    [InlineData("orders.flag", "events", "logistics.read orders.read products.read")]
    public async Task A_missing_scope_is_a_challenge(string granted, string path, string needed)
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, granted);
        var answer = await marketplace.Http.Raw("GET", $"/open/v1/{path}", await marketplace.Client.PluginToken(installation));

        answer.IsProblem(403, "scope-missing");
        Assert.Equal($"Bearer realm=\"marketplace\", error=\"insufficient_scope\", scope=\"{needed}\"", answer.Field("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("Bearer  {0}", 200)]
    [InlineData("bearer {0}", 200)]
    [InlineData("BEARER    {0}  ", 200)]
    [InlineData("Bearer\t{0}", 200)]
    [InlineData("Bearer{0}", 401)]
    [InlineData("Token {0}", 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer {0} {0}", 401)]
    public async Task The_scheme_may_be_in_any_case_and_more_blanks_may_follow_it(string form, int status)
    {
        var value = form.Replace("{0}", await Token(), StringComparison.Ordinal);
        foreach (var path in new[] { "/open/v1/quota", "/open/v1/orders", "/open/v1/webhook" })
        {
            Assert.Equal(status, (await marketplace.Http.Raw("GET", path, token: null, headers: ("Authorization", value))).Status);
        }
    }

    private Task<string> Token() => marketplace.Client.PluginToken(_installation);

    private async Task<HttpResponseMessage> Send(string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        // The live events do not end, so the body is not waited for.
        return await marketplace.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private IEnumerable<(string Method, string Path)> Endpoints() =>
        marketplace
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (method, PathOf(endpoint)))
            )
            .Where(endpoint => endpoint.method is not "HEAD" and not "*")
            .Distinct();

    private static string PathOf(RouteEndpoint endpoint) =>
        "/"
        + string.Join(
            '/',
            endpoint.RoutePattern.PathSegments.Select(segment =>
                string.Concat(
                    segment.Parts.Select(part =>
                        part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"
                    )
                )
            )
        );
}
