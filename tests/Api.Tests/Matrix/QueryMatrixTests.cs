namespace Marketplace.Api.Tests.Matrix;

/// <summary>Every endpoint takes the query parameters it declares and no others, and no number in a query breaks anything.</summary>
public sealed class QueryMatrixTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private static readonly string[] Numbers = ["-1", "9223372036854775807", "9223372036854775808", "2147483648", "1e400"];

    /// <summary>Pages of a sign-in, and what a library answers: their queries are not judged.</summary>
    private static readonly string[] NotJudged =
    [
        "/metrics",
        "/openapi/{documentName}.json",
        "/ops/sign-in",
        "/ops/sign-out",
        "/demo/issuer/sign-in",
    ];

    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync() => await MatrixSeller.Make(marketplace);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_parameter_that_an_endpoint_does_not_declare_is_refused_on_every_route()
    {
        foreach (var row in EndpointTable.Rows.Where(row => !row.IsUpstream && !NotJudged.Contains(row.Pattern)))
        {
            var path = $"{row.Path}{(row.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}stauts=paid";
            var answer = await marketplace.Http.Raw(row.Method, path, row.Role is null ? null : await Token(row), row.Bytes);
            Assert.True(answer.Status == 400, $"{row.Name}: {answer.Status} {answer.Answer}");
            answer.IsProblem(400, "parameter-invalid", row.Name);
        }
    }

    [Fact]
    public async Task A_token_in_the_query_is_no_token() =>
        (
            await marketplace.Http.Raw(
                "GET",
                $"/open/v1/quota?access_token={await marketplace.Client.PluginToken(EndpointTable.Installation)}",
                token: null
            )
        ).IsProblem(401, "token-missing");

    [Fact]
    public async Task An_upstreams_query_is_its_own()
    {
        foreach (var row in EndpointTable.Rows.Where(row => row is { IsUpstream: true, Method: "GET" }))
        {
            var answer = await marketplace.Http.Raw(row.Method, $"{row.Path}?stauts=paid", await Token(row));
            Assert.NotEqual(400, answer.Status);
        }
    }

    [Fact]
    public async Task No_number_in_a_query_ends_in_an_error_of_ours()
    {
        string[] names =
        [
            "limit",
            "cursor",
            "updated_after_seq",
            "days",
            "weight_g",
            "after",
            "day",
            "created_from",
            "created_to",
            "from",
            "to",
        ];
        foreach (var row in EndpointTable.Rows.Where(row => !row.IsUpstream && row.Method == "GET" && row.Role is not null))
        {
            var token = await Token(row);
            foreach (var (name, number) in names.SelectMany(name => Numbers.Select(number => (name, number))))
            {
                var path = $"{row.Path}{(row.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={number}";
                var answer = await marketplace.Http.Raw(row.Method, path, token);
                Assert.True(answer.Status < 500, $"{row.Method} {path}: {answer.Answer}");
            }
        }
    }

    private Task<string> Token(EndpointRow row) =>
        row.Role switch
        {
            "platform" => Client.PlatformToken(),
            "seller-center" => Client.SellerCenterToken(),
            "seller-user" => Client.UserToken(EndpointTable.Seller),
            "entity-reviewer" => Client.EntityReviewerToken(),
            "operator" => Client.OperatorToken(),
            "developer-user" or "security-reviewer" or "business-reviewer" => marketplace.FreshToken(row.Role),
            "plugin-client" => marketplace.FreshToken("plugin-client"),
            _ => Client.PluginToken(EndpointTable.Installation),
        };
}
