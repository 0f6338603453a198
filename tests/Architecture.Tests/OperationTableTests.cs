using System.Runtime.CompilerServices;
using Marketplace.Api.Calls;
using Marketplace.Api.PluginApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Architecture.Tests;

public sealed class OperationTableTests
{
    [Fact]
    public async Task The_mapped_routes_are_those_of_the_table()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Routes are only listed here, never called.
        builder.Services.AddSingleton((CallPath)RuntimeHelpers.GetUninitializedObject(typeof(CallPath)));
        await using var app = builder.Build();
        app.MapOpenOperations();

        var routes = ((IEndpointRouteBuilder)app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Select(endpoint =>
                (
                    Operation: endpoint.Metadata.GetRequiredMetadata<Operation>(),
                    Route: endpoint.RoutePattern.RawText!,
                    Method: Assert.Single(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)
                )
            )
            .ToArray();

        Assert.Equal(
            Operations.All.Order(Comparer<Operation>.Create((a, b) => string.CompareOrdinal(a.Id.Value, b.Id.Value))),
            routes.Select(route => route.Operation).OrderBy(operation => operation.Id.Value, StringComparer.Ordinal)
        );
        Assert.All(routes, route => Assert.Equal((route.Operation.Route, route.Operation.Method), (route.Route, route.Method)));
        Assert.Equal(Operations.All.Length, Operations.All.DistinctBy(operation => operation.Id).Count());
    }

    [Fact]
    public void The_documentation_shows_every_operation_with_route_scope_risk_and_price_class()
    {
        var lines = Embedded.Text("api/plugins.md").Split('\n');
        Assert.All(Operations.All, operation =>
        {
            var line = Assert.Single(lines, line => line.StartsWith($"| `{operation.Id}` |", StringComparison.Ordinal));
            Assert.Matches($@"`{operation.Method} {System.Text.RegularExpressions.Regex.Escape(operation.Route)}[`?]", line);
            Assert.EndsWith(
                $"| `{operation.Scope}` | {operation.Risk.ToString().ToLowerInvariant()} | {operation.PriceClass} |",
                line,
                StringComparison.Ordinal
            );
        });
    }
}
