namespace Marketplace.Api.Tests.Http;

/// <summary>Every answer, whoever asked and whatever it is, tells a browser what it must not do with it.</summary>
public sealed class SecurityHeaderTests(TestMarketplace marketplace)
{
    private static readonly string[] Public = ["/docs", "/openapi", "/problems", "/schemas", "/catalogue", "/.well-known"];

    [Fact]
    public async Task Every_answer_forbids_guessing_framing_and_keeping()
    {
        var token = await marketplace.Client.OperatorToken();
        var paths = Matrix
            .EndpointTable.Rows.Where(row => row.Method == "GET")
            .Select(row => row.Path)
            .Concat([
                "/docs/v1",
                "/.well-known/openid-configuration",
                "/.well-known/jwks",
                "/ops/dashboard/",
                "/ops/dashboard/DashboardCounters",
            ])
            .Concat(["/nothing/here", "/connect/authorize", "/connect/nothing", "/open/v1/orders/..%2f.."]);
        foreach (var path in paths.Where(path => !path.Contains("/live", StringComparison.Ordinal)))
        {
            foreach (var who in new[] { null, token })
            {
                Check(path, await marketplace.Http.Raw("GET", path, who));
            }
        }
    }

    [Fact]
    public async Task Answers_to_forms_do_so_too()
    {
        foreach (
            var path in new[]
            {
                "/connect/token",
                "/connect/authorize",
                "/connect/sign-in",
                "/connect/sign-out",
                "/ops/sign-in",
                "/ops/sign-out",
                "/demo/issuer/sign-in",
            }
        )
        {
            Check(path, await marketplace.Http.Raw("POST", path, token: null, "a=b".ToUtf8(), "application/x-www-form-urlencoded"));
        }
    }

    private static void Check(string path, Exchange answer)
    {
        Assert.True(answer.Field("X-Content-Type-Options") == "nosniff", path);
        Assert.True(answer.Field("Content-Security-Policy")?.Contains("frame-ancestors 'none'", StringComparison.Ordinal) == true, path);
        Assert.True(answer.Field("X-Frame-Options") == "DENY", path);
        Assert.True(answer.Field("Referrer-Policy") == "same-origin", path);
        if (!Array.Exists(Public, root => path.StartsWith(root, StringComparison.Ordinal)))
        {
            Assert.True(answer.Field("Cache-Control")?.Contains("no-store", StringComparison.Ordinal) == true, path);
        }
    }
}
