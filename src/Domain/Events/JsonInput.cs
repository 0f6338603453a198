using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Events;

/// <summary>
/// Parses JSON from outside. The result is safe to read: valid UTF-8, bounded depth, no duplicate members, every text decodes (a lone
/// surrogate would otherwise throw when read later), and no text contains U+0000, which PostgreSQL cannot store.
/// </summary>
public static class JsonInput
{
    private const int EscapeLength = 6;

    /// <param name="utf8">The bytes.</param>
    /// <param name="maxDepth">Maximum depth.</param>
    /// <param name="allowNul">True if the caller removes U+0000 from texts itself.</param>
    /// <returns>Null if the bytes are not such JSON. The caller disposes the document.</returns>
    public static JsonDocument? Open(ReadOnlyMemory<byte> utf8, int maxDepth, bool allowNul = false)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        try
        {
            return TextsDecode(utf8.Span, maxDepth, allowNul)
                ? JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false })
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True if a text or a name in the JSON contains U+0000. False for invalid JSON, which the parser reports.</summary>
    public static bool HoldsNul(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\u0000"u8) < 0)
        {
            return false;
        }

        try
        {
            return !TextsDecode(utf8, maxDepth: 512, allowNul: false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Replaces every escaped lone surrogate by U+FFFD: a text truncated within an emoji could otherwise not be decoded at all.
    /// </summary>
    public static ReadOnlyMemory<byte> WithoutLoneSurrogates(ReadOnlyMemory<byte> utf8)
    {
        byte[]? copy = null;
        var json = utf8.Span;
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at + 1 < json.Length; )
        {
            var length = Escape(json, at, out var isLone);
            if (isLone)
            {
                copy ??= utf8.ToArray();
                "\\ufffd"u8.CopyTo(copy.AsSpan(at));
            }

            var next = json[(at + length)..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + length + next;
        }

        return copy ?? utf8;
    }

    private static int Escape(ReadOnlySpan<byte> json, int at, out bool isLone)
    {
        isLone = false;
        if (Unit(json, at) is not { } unit || !char.IsSurrogate(unit))
        {
            return 2;
        }

        if (char.IsHighSurrogate(unit) && Unit(json, at + EscapeLength) is { } low && char.IsLowSurrogate(low))
        {
            return 2 * EscapeLength;
        }

        isLone = true;
        return EscapeLength;
    }

    private static char? Unit(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && System.Buffers.Text.Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out var consumed, 'x')
        && consumed == 4
            ? (char)unit
            : null;

    private static bool TextsDecode(ReadOnlySpan<byte> utf8, int maxDepth, bool allowNul)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (
                reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                && reader.ValueIsEscaped
                && reader.GetString()!.Contains('\0')
                && !allowNul
            )
            {
                return false;
            }
        }

        return true;
    }
}
