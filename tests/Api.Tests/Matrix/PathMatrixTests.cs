namespace Marketplace.Api.Tests.Matrix;

/// <summary>Wrong methods, paths and queries: the right problem, and nothing changed.</summary>
public class PathMatrixTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private static readonly string[] Ids =
    [
        "%2F",
        "a%2Fb",
        "..%2F..%2Fhealth",
        "%ff%fe",
        "%F0%9F%92%A1",
        "%E2%80%AE",
        "a%20b",
        "%0d%0aSet-Cookie:x",
        "'%20or%201=1--",
        "{id}",
        "%25",
        "*",
        "~",
        "null",
    ];

    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync() => await MatrixSeller.Make(marketplace);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_wrong_method_is_refused()
    {
        var before = await LogExports.ReadAll(Client);
        foreach (var row in EndpointTable.Protected)
        {
            foreach (var method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "BREW" }.Where(method => !IsServed(method, row.Path)))
            {
                var answer = await marketplace.Http.Raw(method, row.Path, await Token(row));
                answer.IsProblem(405, "method-not-allowed", $"{method} {row.Path}");
            }
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/open")]
    [InlineData("/open/v1/nothing")]
    [InlineData("/open/v2/orders")]
    [InlineData("/open/v1/upstream/none")]
    [InlineData("/seller/v1/installations/a/b/c")]
    [InlineData("/platform/v1/export/secrets")]
    [InlineData("/connect/none")]
    public async Task What_is_not_there_is_not_found(string path) =>
        (await marketplace.Http.Raw("GET", path, await Client.OperatorToken())).IsProblem(404, "not-found", path);

    [Fact]
    public async Task Ids_of_any_form_find_nothing()
    {
        string[] reads = ["/open/v1/orders/{0}", "/open/v1/tracking/{0}"];
        string[] writes =
        [
            "/open/v1/orders/{0}/flags",
            "/open/v1/orders/{0}/split",
            "/open/v1/orders/{0}/merge",
            "/open/v1/orders/{0}/unmerge",
            "/open/v1/orders/{0}/tracking",
            "/open/v1/products/{0}",
        ];
        var token = await Client.PluginToken(EndpointTable.Installation);
        var before = await LogExports.ReadAll(Client);
        foreach (var id in Ids.Append(new string('x', 4_000)))
        {
            foreach (var path in reads)
            {
                Refused(await marketplace.Http.Raw("GET", path.Replace("{0}", id, StringComparison.Ordinal), token), path + id);
            }

            foreach (var pattern in writes)
            {
                var row = EndpointTable.Rows.Single(row => row.Pattern == pattern.Replace("{0}", "{id}", StringComparison.Ordinal));
                Refused(
                    await marketplace.Http.Raw(row.Method, pattern.Replace("{0}", id, StringComparison.Ordinal), token, row.Bytes),
                    pattern + id
                );
            }
        }

        var after = await LogExports.ReadAll(Client);
        Assert.Equal((before.Feed, before.Journal), (after.Feed, after.Journal));
    }

    [Theory]
    [InlineData("/open/v1/orders/%00")]
    [InlineData("/open/v1/orders/a%00b")]
    [InlineData("/seller/v1/installations/%00/x")]
    public async Task A_path_with_a_NUL_does_not_get_past_the_server(string path) =>
        Assert.Equal(400, (await marketplace.Http.Raw("GET", path, await Client.SellerCenterToken())).Status);

    [Fact]
    public async Task Installations_of_any_name_are_not_found()
    {
        var token = await Client.SellerCenterToken();
        var before = await LogExports.ReadAll(Client);
        foreach (var id in Ids.Append(new string('x', 65)).Append("nobody"))
        {
            foreach (
                var row in EndpointTable.Rows.Where(row =>
                    row.Role == "seller-center"
                    && row.Pattern.StartsWith("/seller/v1/installations/{seller}/{plugin}", StringComparison.Ordinal)
                )
            )
            {
                var ofSeller = row.Path.Replace(EndpointTable.Seller, id, StringComparison.Ordinal);
                var ofPlugin = row.Path.Replace(TestPlugins.Everything, id, StringComparison.Ordinal);
                Refused(await marketplace.Http.Raw(row.Method, ofSeller, token, row.Bytes), ofSeller);
                Refused(await marketplace.Http.Raw(row.Method, ofPlugin, token, row.Bytes), ofPlugin);
            }
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Theory]
    [InlineData("limit=0", "parameter-invalid")]
    [InlineData("limit=-1", "parameter-invalid")]
    [InlineData("limit=101", "parameter-invalid")]
    [InlineData("limit=1.5", "parameter-invalid")]
    [InlineData("limit=abc", "parameter-invalid")]
    [InlineData("limit=99999999999999999999", "parameter-invalid")]
    [InlineData("limit=%D9%A1", "parameter-invalid")]
    [InlineData("limit=1&limit=2", "parameter-invalid")]
    [InlineData("cursor=x", "cursor-invalid")]
    [InlineData("cursor=%00", "parameter-invalid")]
    [InlineData("cursor=bzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "cursor-invalid")]
    [InlineData("cursor=eDE", "cursor-invalid")]
    [InlineData("status=lost", "parameter-invalid")]
    [InlineData("status=created&status=paid", "parameter-invalid")]
    [InlineData("created_from=yesterday", "parameter-invalid")]
    [InlineData("created_from=2026-13-45T00:00:00Z", "parameter-invalid")]
    [InlineData("created_to=0000-00-00T00:00:00Z", "parameter-invalid")]
    [InlineData("created_to=1", "parameter-invalid")]
    [InlineData("updated_after_seq=-1", "parameter-invalid")]
    [InlineData("updated_after_seq=NaN", "parameter-invalid")]
    public async Task A_wrong_parameter_of_the_list_of_orders_is_refused_and_costs_nothing(string query, string code)
    {
        var answer = await Client.Get(EndpointTable.Installation, $"orders?{query}");
        answer.IsProblem(400, code, query);
        Assert.Null(answer.Receipt);
    }

    [Theory]
    [InlineData("2026-13?seller=s")]
    [InlineData("0000-00?seller=s")]
    [InlineData("2026-11-01?seller=s")]
    [InlineData("x?seller=s")]
    [InlineData("9999-12?seller=s")]
    [InlineData("1999-12?seller=s")]
    [InlineData("2026-11")]
    [InlineData("2026-11?seller=")]
    [InlineData("2026-11?seller=a%2Fb")]
    [InlineData("2026-11?seller=a&seller=b")]
    [InlineData("2026-11?seller=s&plugin=a%00")]
    [InlineData("2026-11/calls?seller=s")]
    [InlineData("2026-11/calls?seller=s&plugin=p")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-02-30")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=x")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&limit=0")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&limit=1001")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&limit=-5")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&cursor=-1")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&cursor=x")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&api=%00&tier=x")]
    public async Task A_wrong_parameter_of_a_bill_is_refused(string path) =>
        (await marketplace.Http.Raw("GET", $"/seller/v1/bills/{path}", await Client.SellerCenterToken())).IsProblem(
            400,
            "parameter-invalid",
            path
        );

    [Theory]
    [InlineData("2000-01?seller=s")]
    [InlineData("2999-12?seller=s")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=0001-01-01")]
    [InlineData("2999-12/calls?seller=s&plugin=p&day=9999-12-31&cursor=9223372036854775807&limit=1000")]
    [InlineData("2026-11/calls?seller=s&plugin=p&day=2026-11-23&api=%01&tier=x")]
    public async Task A_bill_of_the_first_or_last_day_is_empty(string path) =>
        Assert.Equal(200, (await marketplace.Http.Raw("GET", $"/seller/v1/bills/{path}", await Client.SellerCenterToken())).Status);

    [Theory]
    [InlineData("ledger?after=x")]
    [InlineData("ledger?after=a~b~c")]
    [InlineData("ledger?after=s/p~2026-11-23~-1")]
    [InlineData("feed?after=%01")]
    [InlineData("feed?after=a~99999999999999999999")]
    [InlineData("journal?after=~")]
    public async Task A_wrong_position_of_an_export_is_refused(string path) =>
        (await marketplace.Http.Raw("GET", $"/platform/v1/export/{path}", await Client.OperatorToken())).IsProblem(
            400,
            "cursor-invalid",
            path
        );

    private static void Refused(Exchange answer, string what)
    {
        answer.Answer.IsProblem(what);
        Assert.True(answer.Status is 400 or 404 or 422, $"{what}: {answer.Answer}");
    }

    private static bool IsServed(string method, string path) =>
        EndpointTable.Rows.Any(row => row.Method == method && row.Path.Split('?')[0] == path.Split('?')[0]);

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
