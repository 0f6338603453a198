using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Marketplace.Api.Sync;

/// <summary>The text of a place in a list: opaque to callers, and told apart by the list it belongs to.</summary>
internal static class Cursors
{
    public const char Orders = 'o';
    public const char Products = 'p';

    /// <summary>A place in a seller's feed up to which everything owed was handed out: it can be confirmed.</summary>
    public const char Events = 'e';

    /// <summary>A place among the events of one order; what lies before it of other orders was not handed out.</summary>
    public const char OrderEvents = 'f';

    private const int MaxLength = 32;

    public static string Of(char kind, long position) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{position}")));

    /// <summary>The place; null if the text is none of this kind, written as <see cref="Of"/> writes it.</summary>
    public static long? Parse(char kind, string cursor)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return cursor.Length <= MaxLength
            && Base64Url.IsValid(cursor)
            && Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            && length > 1
            && bytes[0] == kind
            && long.TryParse(bytes[1..length], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && Of(kind, position) == cursor
                ? position
                : null;
    }
}
