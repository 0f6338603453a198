using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Schemas.Payloads;

/// <summary>A version's published document: JSON Schema (2020-12), one definition per object. Later versions may add members.</summary>
public static class SchemaDocument
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The address of an event type's schema: its definition in the version's document (CloudEvents <c>dataschema</c>).</summary>
    /// <param name="version">The schema version.</param>
    /// <param name="type">The event type.</param>
    public static string AddressOf(string version, string type) => $"{IdOf(version)}#/$defs/{SchemaChange.EventPrefix}{type}";

    /// <summary>The document, UTF-8; never changes.</summary>
    public static byte[] Write(PayloadSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("$id", IdOf(schema.Version));
            json.WriteString("version", schema.Version);
            json.WriteStartObject("$defs");
            foreach (var (name, members) in schema.Objects)
            {
                json.WriteStartObject(name);
                json.WriteString("type", "object");
                Members(json, [.. members.Values], string.Empty);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string IdOf(string version) => $"urn:marketplace:schema:{version}";

    /// <summary>Writes the members directly below a path (which ends in a dot, or is empty).</summary>
    private static void Members(Utf8JsonWriter json, IReadOnlyList<SchemaChange> all, string below)
    {
        var direct = all.Where(member =>
                member.Path.StartsWith(below, StringComparison.Ordinal) && !Name(member, below).Contains('.', StringComparison.Ordinal)
            )
            .Where(member => !member.Path.EndsWith("[]", StringComparison.Ordinal))
            .ToArray();
        if (direct.Length == 0)
        {
            return;
        }

        json.WriteStartObject("properties");
        foreach (var member in direct)
        {
            json.WriteStartObject(Name(member, below));
            Type(json, member.Type);
            Inside(json, all, member);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (direct.Any(member => member.Required))
        {
            json.WriteStartArray("required");
            Array.ForEach([.. direct.Where(member => member.Required)], member => json.WriteStringValue(Name(member, below)));
            json.WriteEndArray();
        }
    }

    private static void Inside(Utf8JsonWriter json, IReadOnlyList<SchemaChange> all, SchemaChange member)
    {
        if (member.Type == "object")
        {
            Members(json, all, member.Path + ".");
        }
        else if (member.Type == "array")
        {
            json.WriteStartObject("items");
            Type(json, all.FirstOrDefault(element => element.Path == member.Path + "[]")?.Type ?? "object");
            Members(json, all, member.Path + "[].");
            json.WriteEndObject();
        }
    }

    private static void Type(Utf8JsonWriter json, string type)
    {
        json.WriteString(
            "type",
            type switch
            {
                "date-time" or "date" => "string",
                "texts" => "object",
                _ when type.Contains('|', StringComparison.Ordinal) => "string",
                _ => type,
            }
        );
        switch (type)
        {
            case "date-time" or "date":
                json.WriteString("format", type);
                break;
            case "texts":
                json.WriteStartObject("additionalProperties");
                json.WriteString("type", "string");
                json.WriteEndObject();
                break;
            case var values when values.Contains('|', StringComparison.Ordinal):
                json.WriteStartArray("enum");
                Array.ForEach(values.Split('|'), json.WriteStringValue);
                json.WriteEndArray();
                break;
        }
    }

    private static string Name(SchemaChange member, string below) => member.Path[below.Length..];
}
