using System.Text.Json.Nodes;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Enterprises;
using Marketplace.Quotas;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>
/// Writes an operation's parameters, bodies, headers, refusals and security into the document, from its <see cref="OperationReference"/>.
/// </summary>
internal sealed class ReferenceOperations : IOpenApiOperationTransformer
{
    // Answers possible for every operation and caller.
    private static readonly string[] Everywhere = ["parameter-invalid", ProblemKinds.InternalError, ProblemKinds.StorageUnavailable];

    private static readonly string[] Authenticated = ["token-missing", "token-invalid", "token-expired", "role-forbidden"];

    // Refusals of the call path, before an operation runs.
    private static readonly string[] Counted = [.. QuotaRefusals.OfCalls, ProblemKinds.Overloaded];

    public async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var declared = metadata.OfType<Operation>().SingleOrDefault();
        var reference = metadata.OfType<OperationReference>().SingleOrDefault();
        var isPublic = metadata.OfType<TagsAttribute>().LastOrDefault()?.Tags.Contains(PublicReference.Tag) == true;
        operation.Summary = ReferenceSchemas.Clean(operation.Summary);
        DescribePath(operation);
        if (reference is not null)
        {
            AddParameters(operation, reference);
            AddBytes(operation, reference);
            AddBatches(operation);
            await AddSecondForms(operation, reference, context, cancellationToken);
        }

        AddHeaders(operation, declared, reference);
        string[] bound = IsOfOneInstallation(context) ? [EnterpriseRefusals.SubAccountNotBound] : [];
        string[] codes =
        [
            .. bound,
            .. Everywhere,
            .. isPublic ? [] : Authenticated,
            .. declared is null ? [] : Counted,
            .. reference?.Body is null ? [] : new[] { "body-invalid", "body-too-large", "media-type-unsupported" },
            .. reference?.Problems ?? [],
        ];
        AddProblems(operation, codes.Distinct(StringComparer.Ordinal), context.Document);
        operation.Security =
        [
            isPublic ? [] : new() { [new OpenApiSecuritySchemeReference(ReferenceDocument.Scheme, context.Document)] = [] },
        ];
    }

    private static void DescribePath(OpenApiOperation operation)
    {
        foreach (
            var parameter in (operation.Parameters ?? [])
                .OfType<OpenApiParameter>()
                .Where(parameter => parameter.In == ParameterLocation.Path)
        )
        {
            parameter.Description ??= PathParameters.Describe(parameter.Name);
        }
    }

    private static void AddParameters(OpenApiOperation operation, OperationReference reference)
    {
        operation.Parameters ??= [];
        foreach (var parameter in reference.TakesKey ? reference.Parameters.Add(Parameters.Key) : reference.Parameters)
        {
            var place = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query;
            if (operation.Parameters.FirstOrDefault(known => known.Name == parameter.Name && known.In == place) is { } known)
            {
                operation.Parameters.Remove(known);
            }

            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = place,
                    Required = parameter.Required,
                    Description = parameter.Description,
                    Schema = SchemaOf(parameter),
                    Example = parameter.Example is { } example ? JsonValue.Create(example) : null,
                }
            );
        }
    }

    private static OpenApiSchema SchemaOf(ParameterReference parameter)
    {
        var schema = new OpenApiSchema
        {
            Type = parameter.Kind switch
            {
                ParameterKind.Number => JsonSchemaType.Integer,
                ParameterKind.Flag => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Format = parameter.Kind switch
            {
                ParameterKind.Number => "int64",
                ParameterKind.Instant => "date-time",
                ParameterKind.Day => "date",
                _ => null,
            },
            Default = parameter.Default is { } otherwise ? JsonValue.Create(otherwise) : null,
            Enum = parameter.Values.IsEmpty ? null : [.. parameter.Values.Select(value => (JsonNode)JsonValue.Create(value)!)],
        };
        if (parameter.Kind == ParameterKind.Number)
        {
            (schema.Minimum, schema.Maximum) = (Text(parameter.Minimum), Text(parameter.Maximum));
        }
        else
        {
            (schema.MinLength, schema.MaxLength) = ((int?)parameter.Minimum, (int?)parameter.Maximum);
        }

        return schema;
    }

    private static string? Text(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Bodies that are not JSON: the schema is a string of bytes.</summary>
    private static void AddBytes(OpenApiOperation operation, OperationReference reference)
    {
        if (reference.Body is { Type: null } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = body.MediaTypes.ToDictionary<string, string, OpenApiMediaType>(
                    type => type,
                    _ => new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                    }
                ),
            };
        }
    }

    /// <summary>A batch of CloudEvents is an array of single ones; plain JSON may be either.</summary>
    private static void AddBatches(OpenApiOperation operation)
    {
        if (
            operation.RequestBody?.Content is not { } content
            || !content.TryGetValue("application/cloudevents-batch+json", out var batch)
            || batch.Schema is not { } single
        )
        {
            return;
        }

        var array = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = single,
            MaxItems = PlatformApi.Intake.PlatformEvents.MaxEvents,
        };
        content["application/cloudevents-batch+json"] = new OpenApiMediaType { Schema = array };
        content["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchema { AnyOf = [single, array] } };
    }

    private static async Task AddSecondForms(
        OpenApiOperation operation,
        OperationReference reference,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        foreach (var answer in reference.Answers)
        {
            if (operation.Responses?.TryGetValue(Status(answer.Status), out var known) != true || known is not OpenApiResponse response)
            {
                continue;
            }

            response.Description = answer.Description ?? response.Description ?? "Done.";
            if (
                answer.Other is { } other
                && response.Content?.TryGetValue(answer.MediaType, out var media) == true
                && media.Schema is { } first
            )
            {
                var second = await context.GetOrCreateSchemaAsync(other, null, cancellationToken);
                media.Schema = new OpenApiSchema { AnyOf = [first, second] };
            }
        }
    }

    private static void AddHeaders(OpenApiOperation operation, Operation? declared, OperationReference? reference)
    {
        foreach (var response in (operation.Responses ?? []).Values.OfType<OpenApiResponse>())
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            foreach (var name in AnswerHeaders.Of(declared, reference))
            {
                response.Headers[name] = AnswerHeaders.Describe(name);
            }
        }
    }

    private static bool IsOfOneInstallation(OpenApiOperationTransformerContext context) =>
        context.Description.RelativePath?.StartsWith("seller/v1/installations/{seller}/{plugin}", StringComparison.Ordinal) == true;

    private static void AddProblems(OpenApiOperation operation, IEnumerable<string> codes, OpenApiDocument? document)
    {
        operation.Responses ??= [];
        foreach (var group in codes.Select(ProblemKinds.Of).GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            operation.Responses[Status(group.Key)] = ProblemAnswer(
                string.Join("\n", group.Select(kind => $"- `{kind.Code}`: {kind.Title}")),
                group.Key is 429 or 503,
                document
            );
        }

        operation.Responses["default"] = ProblemAnswer("Any other refusal, as a problem document.", false, document);
    }

    private static OpenApiResponse ProblemAnswer(string description, bool canWait, OpenApiDocument? document)
    {
        var answer = new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference(ReferenceDocument.ProblemSchema, document),
                },
            },
            Headers = new Dictionary<string, IOpenApiHeader>
            {
                [AnswerHeaders.RequestId] = AnswerHeaders.Describe(AnswerHeaders.RequestId),
            },
        };
        if (canWait)
        {
            answer.Headers[AnswerHeaders.RetryAfter] = AnswerHeaders.Describe(AnswerHeaders.RetryAfter);
        }

        return answer;
    }

    private static string Status(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
