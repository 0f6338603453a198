using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.Http.Paging;

/// <summary>A position in a list.</summary>
/// <param name="Position">Where the next page starts.</param>
/// <param name="Extra">An additional value of the list; 0 if it has none.</param>
internal readonly record struct CursorPlace(long Position, long Extra);

/// <summary>
/// Encodes positions in lists: opaque to callers, tagged with the kind of list, and marked with the installation it was made for, so that a
/// cursor of another feed is refused. The mark is no secret; a cursor grants nothing.
/// </summary>
internal static class Cursors
{
    public const char Orders = 'o';
    public const char Products = 'p';

    /// <summary>A position among the changes of orders.</summary>
    public const char ChangedOrders = 'c';

    /// <summary>A position among the changes of products.</summary>
    public const char ChangedProducts = 'q';

    /// <summary>A position in a seller's feed up to which everything owed was returned: it can be confirmed.</summary>
    public const char Events = 'e';

    /// <summary>
    /// A position among the events of one order; earlier events of other orders were not returned, so it cannot be confirmed.
    /// </summary>
    public const char OrderEvents = 'f';

    private const int MaxLength = 128;
    private const int MarkBytes = 4;

    public static string Of(char kind, InstallationId installation, long position, long extra = 0) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{kind}{position}.{extra}.{MarkOf(installation)}"));

    /// <summary>Parses a position, or refuses a text not made for this list.</summary>
    /// <param name="kind">The kind of list.</param>
    /// <param name="installation">The installation.</param>
    /// <param name="cursor">
    /// The cursor in the form made by <see cref="Of"/>. Texts without a mark, made by earlier releases, are accepted too.
    /// </param>
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
