using Marketplace.Api.Calls.Upstreams;
using Marketplace.TestKit.Processes;
using Yarp.ReverseProxy.Configuration;

namespace Marketplace.Api.Tests.Upstreams;

/// <summary>A route that does not declare scope, risk and price does not start.</summary>
public class UpstreamDeclarationTests
{
    private static readonly Dictionary<string, string> Whole = new()
    {
        ["Marketplace.Operation"] = "upstream.x",
        ["Marketplace.Scope"] = "orders.read",
        ["Marketplace.Risk"] = "R1",
        ["Marketplace.Billable"] = "true",
    };

    [Theory]
    [InlineData("Marketplace.Operation", null)]
    [InlineData("Marketplace.Operation", "orders.list")]
    [InlineData("Marketplace.Scope", null)]
    [InlineData("Marketplace.Scope", "")]
    [InlineData("Marketplace.Risk", null)]
    [InlineData("Marketplace.Risk", "R9")]
    [InlineData("Marketplace.Risk", "7")]
    [InlineData("Marketplace.Billable", null)]
    [InlineData("Marketplace.Billable", "maybe")]
    public void A_wrong_declaration_is_refused_by_the_routes_name(string name, string? value)
    {
        var metadata = Whole.Where(item => item.Key != name).ToDictionary();
        if (value is not null)
        {
            metadata[name] = value;
        }

        var refusal = Assert.Throws<InvalidOperationException>(() => Read("/open/v1/upstream/x", metadata));

        Assert.Contains("'my-route'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/open/v1/orders/{id}")]
    [InlineData("/{**all}")]
    [InlineData(null)]
    public void A_route_elsewhere_is_refused(string? path) => Assert.Throws<InvalidOperationException>(() => Read(path, Whole));

    [Fact]
    public void A_whole_declaration_is_the_routes_operation()
    {
        var operation = Read("/open/v1/upstream/x", Whole);

        Assert.Equal(
            ("upstream.x", "orders.read", true, false),
            (operation.Id.Value, operation.Scope.OnlyScope, operation.Billable, operation.IsWrite)
        );
    }

    [Fact]
    public async Task A_server_with_a_route_without_metadata_does_not_start_and_names_it()
    {
        await using var silo = new SiloProcess(
            new SiloOptions
            {
                Settings = new Dictionary<string, string>
                {
                    ["ReverseProxy:Routes:nameless:ClusterId"] = "one",
                    ["ReverseProxy:Routes:nameless:Match:Path"] = "/open/v1/upstream/nameless",
                    ["ReverseProxy:Clusters:one:Destinations:one:Address"] = "http://127.0.0.1:1",
                },
            }
        );

        Assert.NotEqual(0, await silo.StartAndWaitForEnd());
        Assert.Contains("'nameless'", silo.Output, StringComparison.Ordinal);
    }

    private static Marketplace.Api.Calls.Operation Read(string? path, Dictionary<string, string> metadata)
    {
        var route = new RouteConfig
        {
            RouteId = "my-route",
            ClusterId = "one",
            Match = new RouteMatch { Path = path },
            Metadata = metadata,
        };
        return UpstreamOperations.Read(new InMemoryConfigProvider([route], []))["my-route"];
    }
}
