using System.Collections.Frozen;
using System.Text;
using Marketplace.Certification.Manifests;

namespace Marketplace.Api.PlatformApi.Schemas;

/// <summary>
/// The unversioned schemas: the envelope of every event, the placeholder of a buyer's private field, and the manifest of a plugin.
/// </summary>
internal static class FixedSchemas
{
    private static readonly FrozenDictionary<string, byte[]> Documents = new Dictionary<string, byte[]>
    {
        ["event-envelope"] =
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "urn:marketplace:schema:event-envelope",
              "title": "An event as it is pushed, pulled and sent live: a CloudEvent 1.0 in structured JSON",
              "type": "object",
              "properties": {
                "specversion": { "const": "1.0" },
                "id": { "type": "string", "minLength": 1, "description": "The same on every way and in every repeat: what is known by its id was received before." },
                "source": { "type": "string", "format": "uri-reference" },
                "type": { "type": "string", "minLength": 1, "description": "Pass over types that you do not know." },
                "subject": { "type": "string", "description": "The order, waybill or product; of a lifecycle event the installation." },
                "time": { "type": "string", "format": "date-time", "description": "When it was so at its source." },
                "datacontenttype": { "const": "application/json" },
                "sequence": { "type": "string", "pattern": "^[0-9]+$", "description": "The place in the seller's feed." },
                "dataschema": { "type": "string", "format": "uri", "description": "The definition that describes the data, in the document of the schema version." },
                "schemaversion": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" },
                "installation": { "type": "string", "pattern": "^[^/]+/[^/]+$", "description": "seller/plugin" },
                "data": { "type": "object" }
              },
              "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "schemaversion", "installation", "data"]
            }
            """u8.ToArray(),
        ["redacted"] =
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "urn:marketplace:schema:redacted",
              "title": "Stands in the place of a buyer's private field that the marketplace has and does not hand out",
              "type": "object",
              "properties": {
                "redacted": { "const": true },
                "reason": { "type": "string", "examples": ["buyer-private"] }
              },
              "required": ["redacted", "reason"]
            }
            """u8.ToArray(),
        ["manifest"] = Encoding.UTF8.GetBytes(ManifestSchema.Text),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => Documents.Keys.Order(StringComparer.Ordinal);

    /// <summary>The document by name; null if there is none.</summary>
    public static byte[]? Find(string name) => Documents.GetValueOrDefault(name);
}

/// <summary>What there is at <c>/schemas</c>.</summary>
/// <param name="Current">The newest version.</param>
/// <param name="Versions">The versions, in the order of their coming.</param>
/// <param name="Fixed">The schemas without versions.</param>
internal sealed record SchemaIndex(string Current, IReadOnlyList<SchemaLink> Versions, IReadOnlyList<SchemaLink> Fixed);

/// <param name="Name">The version, or the schema's name.</param>
/// <param name="Href">Where its document is.</param>
/// <param name="EventTypes">The event types that it describes; empty for schemas without versions.</param>
internal sealed record SchemaLink(string Name, string Href, IReadOnlyList<string> EventTypes);
