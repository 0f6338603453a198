using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace Marketplace.Api.Tests.Operations;

public class DashboardTests(TestMarketplace marketplace)
{
    private const string Dashboard = "/ops/dashboard";

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task All_of_it_is_for_operators_only()
    {
        var plugin = await Client.PluginToken(Client.Demo.Installations[0]);
        var paths = Paths().ToArray();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            (await marketplace.Http.Raw("GET", path, token: null)).IsProblem(401, "token-missing", path);
            foreach (var token in new[] { plugin, await Client.PlatformToken(), await Client.SellerCenterToken() })
            {
                (await marketplace.Http.Raw("GET", path, token)).IsProblem(403, "role-forbidden", path);
            }
        }
    }

    /// <summary>We find it by its name, which is not public: a release of Orleans that renames it would bring it back unnoticed.</summary>
    [Fact]
    public void Its_reader_of_all_metrics_is_ours_which_reads_none()
    {
        var reader = typeof(DashboardOptions).Assembly.GetType(Silo.Dashboard.MetricsReader, throwOnError: true)!;

        Assert.Throws<NotSupportedException>(() => marketplace.Services.GetRequiredService(reader));
    }

    [Fact]
    public async Task A_browser_is_sent_to_the_sign_in()
    {
        var answer = await marketplace.Http.Raw("GET", Dashboard + "/", token: null, headers: ("Accept", "text/html"));

        Assert.Equal(302, answer.Status);
        Assert.Contains("/ops/sign-in", answer.Field("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_sees_it_but_neither_states_nor_traces()
    {
        var token = await Client.OperatorToken();
        Assert.Equal(200, (await marketplace.Http.Raw("GET", Dashboard + "/", token)).Status);
        Assert.Equal(200, (await marketplace.Http.Raw("GET", Dashboard + "/DashboardCounters", token)).Status);

        foreach (
            var path in Paths()
                .Where(path => path.Contains("GrainState", StringComparison.OrdinalIgnoreCase))
                .Append(Dashboard + "/grainstate?grainId=x&grainType=y")
        )
        {
            (await marketplace.Http.Raw("GET", path, token)).IsProblem(403, "role-forbidden", path);
        }

        var trace = await marketplace.Http.Raw("GET", Dashboard + "/Trace", token);
        Assert.True(trace.Status == 403, trace.Answer.ToString());
    }

    // Parameters of a route get any value: who may not enter is not told what there is.
    private IEnumerable<string> Paths() =>
        marketplace
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? true)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'))
            .Where(path => path.StartsWith(Dashboard, StringComparison.Ordinal))
            .Select(path => string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? "1" : part)))
            .Distinct();
}
