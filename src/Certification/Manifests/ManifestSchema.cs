using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Json.Schema;

namespace Marketplace.Certification.Manifests;

/// <summary>The published schema of manifests, and what it objects to in a document.</summary>
public static class ManifestSchema
{
    /// <summary>The schema as published at <c>/schemas/manifest</c>.</summary>
    public static string Text { get; } = Read();

    private static JsonSchema Compiled { get; } = JsonSchema.FromText(Text);

    /// <summary>What the schema objects to, by place; empty for a valid document.</summary>
    public static ImmutableArray<SchemaError> Check(JsonElement document)
    {
        // Without format validation 2026-02-30 would be a date here and none when it is read.
        var options = new EvaluationOptions
        {
            OutputFormat = OutputFormat.List,
            RequireFormatValidation = true,
            Culture = CultureInfo.InvariantCulture,
        };
        var result = Compiled.Evaluate(document, options);
        if (result.IsValid)
        {
            return [];
        }

        ImmutableArray<SchemaError> errors =
        [
            .. (result.Details ?? [])
                .Prepend(result)
                .Where(static detail => detail.Errors is { Count: > 0 })
                .SelectMany(static detail =>
                    detail.Errors!.Select(error => new SchemaError(Place(detail.InstanceLocation.ToString()), error.Value))
                )
                .Distinct()
                .OrderBy(static error => error.Place, StringComparer.Ordinal)
                .ThenBy(static error => error.Message, StringComparer.Ordinal),
        ];

        // An invalid document without a reason must not count as a valid one.
        return errors.IsEmpty ? [new SchemaError("/", "The document is not as the schema says.")] : errors;
    }

    // The pointer to the whole document is the empty string, which would be invisible in a list.
    private static string Place(string pointer) => pointer.Length == 0 ? "/" : pointer;

    private static string Read()
    {
        using var stream = typeof(ManifestSchema).Assembly.GetManifestResourceStream("manifest.schema.json")
            ?? throw new InvalidOperationException("The manifest's schema is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <param name="Place">JSON pointer; <c>/</c> for the whole document.</param>
/// <param name="Message">What is wrong.</param>
public readonly record struct SchemaError(string Place, string Message);
