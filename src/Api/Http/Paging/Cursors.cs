using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.Http.Paging;

/// <summary>A place in a list.</summary>
/// <param name="Position">Where the next page begins.</param>
/// <param name="Extra">What the list keeps beside it; 0 if it keeps nothing.</param>
internal readonly record struct CursorPlace(long Position, long Extra);

/// <summary>
/// The text of a place in a list: opaque to callers, told apart by the list it belongs to, and marked with the installation it was made
/// for, so that one of another feed is not taken. The mark is no secret; a cursor opens nothing.
/// </summary>
internal static class Cursors
{
    public const char Orders = 'o';
    public const char Products = 'p';

    /// <summary>A place among the changes of orders.</summary>
    public const char ChangedOrders = 'c';

    /// <summary>A place among the changes of products.</summary>
    public const char ChangedProducts = 'q';

    /// <summary>A place in a seller's feed up to which everything owed was handed out: it can be confirmed.</summary>
    public const char Events = 'e';

    /// <summary>A place among the events of one order; what lies before it of other orders was not handed out.</summary>
    public const char OrderEvents = 'f';

    private const int MaxLength = 128;
    private const int MarkBytes = 4;

    public static string Of(char kind, InstallationId installation, long position, long extra = 0) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{kind}{position}.{extra}.{MarkOf(installation)}"));

    /// <summary>The place, or why the text is none of this list.</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="installation">For whom.</param>
    /// <param name="cursor">What was sent, written as <see cref="Of"/> writes it. Texts without a mark, as earlier releases made them, are
    /// taken too.</param>
    public static Outcome<CursorPlace> Parse(char kind, InstallationId installation, string cursor)
    {
        if (Decode(cursor) is not { } text || text[0] != kind)
        {
            return SyncRefusals.InvalidCursor();
        }

        var parts = text[1..].Split('.');
        if (
            parts.Length is not (1 or 3)
            || Number(parts[0]) is not { } position
            || Number(parts.Length == 1 ? "0" : parts[1]) is not { } extra
        )
        {
            return SyncRefusals.InvalidCursor();
        }

        return parts.Length == 3 && parts[2] != MarkOf(installation) ? SyncRefusals.ForeignCursor() : new CursorPlace(position, extra);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(text));

    private static string? Decode(string cursor)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return
            cursor.Length <= MaxLength
            && Base64Url.IsValid(cursor)
            && Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            && length > 1
            && Encoding.ASCII.GetString(bytes[..length]) is var text
            && Encode(text) == cursor
            ? text
            : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (text == "0" || text[0] != '0')
            ? number
            : null;

    private static string MarkOf(InstallationId installation) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(installation.ToString())).AsSpan(0, MarkBytes));
}
