using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Reference;
using Marketplace.Identity.Browser;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Reference;

public partial class ApiReferenceTests(TestMarketplace marketplace)
{
    [Fact]
    public void Every_documented_endpoint_has_a_reference_and_every_reference_an_endpoint()
    {
        var mapped = marketplace
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Distinct()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"
                )
            )
            .Where(name =>
                !name.StartsWith("HEAD ", StringComparison.Ordinal)
                && Audience().IsMatch(name)
                && !name.Contains("/upstream/", StringComparison.Ordinal)
            )
            .Distinct();
        var referenced = References
            .Audiences.SelectMany(audience => audience.Operations)
            .Select(operation => $"{operation.Method} {operation.Route}");

        Assert.Equal(referenced.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_query_parameters_of_the_reference_are_those_that_endpoints_take()
    {
        var endpoints = marketplace
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Distinct()
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<OperationReference>() is not null
                && endpoint.Metadata.GetMetadata<AnyQueryParameters>() is null
            )
            .ToArray();

        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint =>
            Assert.Equal(
                endpoint
                    .Metadata.GetOrderedMetadata<QueryParameters>()
                    .SelectMany(declared => declared.Names)
                    .Order(StringComparer.Ordinal),
                endpoint
                    .Metadata.GetMetadata<OperationReference>()!
                    .Parameters.Where(parameter => !parameter.InHeader)
                    .Select(parameter => parameter.Name)
                    .Order(StringComparer.Ordinal)
            )
        );
    }

    [Fact]
    public void Every_refusal_that_the_reference_names_is_in_the_table_of_problems()
    {
        var known = ProblemKinds.All.Select(kind => kind.Code).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(
            References.Audiences.SelectMany(audience => audience.Operations).SelectMany(operation => operation.Problems),
            code => !known.Contains(code)
        );
    }

    [Fact]
    public async Task Every_operation_says_what_it_takes_and_gives()
    {
        var document = await Document();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, operation) in Operations(document))
        {
            Assert.True(ids.Add(operation.GetProperty("operationId").GetString()!), name);
            Assert.True(operation.TryGetProperty("security", out _), name);
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            var responses = operation.GetProperty("responses").EnumerateObject().ToArray();
            Assert.Contains(responses, response => response.Name[0] == '4');
            Assert.All(responses.Where(response => response.Name[0] == '2'), response =>
                Assert.All(response.Value.GetProperty("content").EnumerateObject(), media =>
                    Assert.True(media.Value.TryGetProperty("schema", out _), name)
                )
            );
        }
    }

    [Fact]
    public async Task Every_body_has_an_example_and_every_example_fits_its_schema()
    {
        var document = await Document();
        var contract = new Contract(document);
        var schemas = document
            .GetProperty("components")
            .GetProperty("schemas")
            .EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("examples", out _))
            .ToArray();

        Assert.Equal(SchemaExamples.Types.Count(), schemas.Length);
        Assert.All(schemas, schema => Assert.True(Wrong(schema.Value) is null, $"{schema.Name}: {Wrong(schema.Value)}"));
        Assert.Empty(
            References
                .Audiences.SelectMany(audience => audience.Operations)
                .Where(operation => operation.Body is { Type: { } type } && type != typeof(object) && !SchemaExamples.Types.Contains(type))
                .Select(operation => operation.Id)
        );

        string? Wrong(JsonElement schema) => contract.Check(schema, schema.GetProperty("examples")[0]);
    }

    [Fact]
    public async Task The_document_does_not_name_our_requirements()
    {
        var text = (await Document()).GetRawText();

        Assert.DoesNotMatch(RequirementId(), text);
    }

    [Fact]
    public async Task The_addresses_in_the_document_do_not_come_from_the_request()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.Host = "attacker.example";
        using var answer = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(
            "attacker.example",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_judge_of_answers_finds_what_is_wrong()
    {
        var contract = new Contract(await Document());

        Assert.Null(contract.Check("GET", "/open/v1/replays", 200, "application/json", """{"replays":[]}"""u8.ToArray()));
        Assert.NotNull(contract.Check("GET", "/open/v1/replays", 200, "application/json", """{}"""u8.ToArray()));
        Assert.NotNull(contract.Check("GET", "/open/v1/replays", 200, "application/json", """{"replays":[{"id":7}]}"""u8.ToArray()));
        Assert.NotNull(contract.Check("GET", "/open/v1/replays", 204, "application/json", """{"replays":[]}"""u8.ToArray()));
        Assert.NotNull(contract.Check("GET", "/open/v1/replays", 418, "application/problem+json", """{"title":"tea"}"""u8.ToArray()));
    }

    private async Task<JsonElement> Document() =>
        (await marketplace.Client.Send(HttpMethod.Get, "/openapi/v1.json", token: null)).OrThrow().Json;

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);

    [GeneratedRegex("^[A-Z]+ /(open|catalogue|seller|developer|platform|review|demo|schemas|problems|\\.well-known)\\b")]
    private static partial Regex Audience();

    [GeneratedRegex(@"\bR\d{2}\b")]
    private static partial Regex RequirementId();
}
