using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Marketplace.Api.Tests.Reference;

/// <summary>The OpenAPI document as a judge of answers.</summary>
internal sealed class Contract
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonObject _definitions;
    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = [];
    private readonly (string Method, string[] Path, JsonElement Operation)[] _operations;

    public Contract(JsonElement document)
    {
        _definitions = JsonNode.Parse(Local(document.GetProperty("components").GetProperty("schemas")))!.AsObject();
        _operations =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            let parts = path.Name.Split('/')
            orderby parts.Count(part => part.StartsWith('{'))
            select (operation.Name.ToUpperInvariant(), parts, operation.Value),
        ];
    }

    /// <summary>What is wrong with an answer; null if nothing is, or if its path is not documented.</summary>
    public string? Check(string method, string path, int status, string mediaType, byte[] body)
    {
        var parts = path.Split('/');
        var operation = _operations.FirstOrDefault(one => one.Method == method && Matches(one.Path, parts)).Operation;
        if (operation.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        var responses = operation.GetProperty("responses");
        if (
            !responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response)
            && (status < 400 || !responses.TryGetProperty("default", out response))
        )
        {
            return "the status is not documented";
        }

        return response.TryGetProperty("content", out var content) && content.TryGetProperty(mediaType, out var media)
            ? Check(media.GetProperty("schema"), JsonElement.Parse(body))
            : $"{mediaType} is not documented";
    }

    /// <summary>What is wrong with an instance of a schema of the document; null if nothing is.</summary>
    public string? Check(JsonElement schema, JsonElement instance)
    {
        var results = _schemas.GetOrAdd(Local(schema), Compile).Evaluate(instance, Options);
        return results.IsValid
            ? null
            : string.Join(
                "; ",
                (results.Details ?? [])
                    .Where(detail => detail.Errors is not null)
                    .SelectMany(detail => detail.Errors!.Values.Select(error => $"{detail.InstanceLocation}: {error}"))
                    .Take(5)
            );
    }

    private JsonSchema Compile(string schema)
    {
        var whole = JsonNode.Parse(schema)!.AsObject();
        whole["$defs"] = _definitions.DeepClone();
        return JsonSchema.FromText(whole.ToJsonString());
    }

    private static string Local(JsonElement schema) =>
        schema.GetRawText().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);

    private static bool Matches(string[] template, string[] path) =>
        template.Length == path.Length
        && template.Zip(path).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
}
