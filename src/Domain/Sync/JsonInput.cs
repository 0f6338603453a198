using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Sync;

/// <summary>
/// Opens JSON from outside. What it returns is safe to read: valid UTF-8, bounded depth, no member twice, and every text decodes
/// (a lone surrogate would otherwise throw at whoever reads it later).
/// </summary>
public static class JsonInput
{
    /// <returns>Null if the bytes are not such JSON. The caller disposes the document.</returns>
    public static JsonDocument? Open(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        try
        {
            TextsDecode(utf8.Span, maxDepth);
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void TextsDecode(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
