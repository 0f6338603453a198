using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>Marks the members that are always present, and removes our internal requirement ids.</summary>
internal sealed partial class ReferenceSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Properties is { Count: > 0 } members)
        {
            // Some answers omit nullable members, so only the others are required.
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
                // Any JSON, including null; the library would allow only null.
                members[member.Name] = new OpenApiSchema();
            }
        }

        if (Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) == typeof(decimal) || context.JsonTypeInfo.Type == typeof(decimal))
        {
            // Otherwise client generators use a binary floating-point number, which is wrong for money.
            schema.Format = "decimal";
        }

        if (SchemaExamples.Of(context.JsonTypeInfo.Type) is { } example)
        {
            schema.Examples = [example];
        }

        schema.Description = Clean(schema.Description);
        return Task.CompletedTask;
    }

    /// <summary>Removes requirement ids, which mean nothing outside this repository.</summary>
    public static string? Clean(string? text) => text is null ? null : Requirement().Replace(text, string.Empty);

    [GeneratedRegex(@"\s*\(R\d+(?:\s*[,–-]\s*R?\d+)*\)")]
    private static partial Regex Requirement();
}
