using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Matrix;

public class EndpointTableTests(TestMarketplace marketplace)
{
    [Fact]
    public void Every_mapped_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        var mapped = Mapped()
            .Where(endpoint => !EndpointTable.Pages.Any(page => Pattern(endpoint).StartsWith(page, StringComparison.Ordinal)))
            .SelectMany(endpoint => Methods(endpoint).Select(method => $"{method} {Pattern(endpoint)}"))
            .Distinct();

        Assert.Equal(EndpointTable.Rows.Select(row => row.Name).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Everybody_is_shown_what_is_for_everybody()
    {
        foreach (var row in EndpointTable.Rows.Where(row => row is { Role: null, Method: "GET" }))
        {
            Assert.Equal(200, (await marketplace.Http.Raw(row.Method, row.Path, token: null)).Status);
        }

        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/docs/v1", token: null)).Status);
    }

    [Fact]
    public async Task The_document_lists_every_operation_of_the_api()
    {
        var paths = (await marketplace.Client.Send(HttpMethod.Get, "/openapi/v1.json", token: null)).OrThrow().Json.GetProperty("paths");
        foreach (var row in EndpointTable.Protected.Where(row => !row.IsUpstream))
        {
            var isListed =
                paths.TryGetProperty(row.Pattern, out var path)
                && path.TryGetProperty(row.Method.ToLowerInvariant(), out var operation)
                && operation.TryGetProperty("summary", out _);
            Assert.True(isListed, row.Name);
        }
    }

    private IEnumerable<RouteEndpoint> Mapped() =>
        marketplace.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct();

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    // An endpoint that names no method is one of the framework's for reading (health, metrics).
    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Where(method => method != "HEAD") ?? ["GET"];
}
