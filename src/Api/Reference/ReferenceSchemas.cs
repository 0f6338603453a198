using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>Makes schemas say which members are always there, and keeps our own numbering of requirements out of them.</summary>
internal sealed partial class ReferenceSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Properties is { Count: > 0 } members)
        {
            // A member that may be null is left out by some answers, so only the others can be relied on.
            schema.Required = context
                .JsonTypeInfo.Properties.Where(member =>
                    members.ContainsKey(member.Name)
                    && (
                        member.IsRequired
                        || (member.Get is not null && !member.IsGetNullable && Nullable.GetUnderlyingType(member.PropertyType) is null)
                    )
                )
                .Select(member => member.Name)
                .ToHashSet(StringComparer.Ordinal);
            foreach (
                var member in context.JsonTypeInfo.Properties.Where(member =>
                    member.PropertyType == typeof(JsonElement?) && members.ContainsKey(member.Name)
                )
            )
            {
                // Any JSON at all, null included; the library would allow nothing but null.
                members[member.Name] = new OpenApiSchema();
            }
        }

        if (Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) == typeof(decimal) || context.JsonTypeInfo.Type == typeof(decimal))
        {
            // Clients that know no better make a binary floating-point number of it, and money is none.
            schema.Format = "decimal";
        }

        if (SchemaExamples.Of(context.JsonTypeInfo.Type) is { } example)
        {
            schema.Examples = [example];
        }

        schema.Description = Clean(schema.Description);
        return Task.CompletedTask;
    }

    /// <summary>A text without the ids of requirements, which say nothing outside this house.</summary>
    public static string? Clean(string? text) => text is null ? null : Requirement().Replace(text, string.Empty);

    [GeneratedRegex(@"\s*\(R\d+(?:\s*[,–-]\s*R?\d+)*\)")]
    private static partial Regex Requirement();
}
