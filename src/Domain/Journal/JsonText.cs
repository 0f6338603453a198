using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Journal;

/// <summary>Handles stored JSON without trusting it.</summary>
internal static class JsonText
{
    private const int MaxDepth = 256;

    public static bool IsValid(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read()) { }

            return Utf8.IsValid(json);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A value's bytes exactly as they stand in its document.</summary>
    public static byte[] BytesOf(JsonElement value) => Encoding.UTF8.GetBytes(value.GetRawText());

    /// <summary>
    /// Writes a member with the stored bytes unchanged, so that a reader can hash them. Bytes that are not JSON are written as base64 under
    /// <c>name_base64</c>; line breaks, which would end the NDJSON line, are removed.
    /// </summary>
    public static void WriteMember(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json)
    {
        if (!IsValid(json.Span))
        {
            writer.WriteBase64String(name + "_base64", json.Span);
            return;
        }

        writer.WritePropertyName(name);
        if (json.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            writer.WriteRawValue(json.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        document.RootElement.WriteTo(writer);
    }
}
