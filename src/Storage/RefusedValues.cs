using System.Buffers;
using System.Data.Common;

namespace Marketplace.Storage;

/// <summary>
/// Values that a store cannot represent. PostgreSQL refuses a text with U+0000, and its driver one with a lone surrogate, which breaks the
/// connection; SQLite would silently store something else, which the next read takes for corruption. Refused for both stores alike, before
/// writing.
/// </summary>
internal static class RefusedValues
{
    private const string Reason =
        "The store cannot keep a value: a text holds U+0000 or half of a surrogate pair, or is too long for a key.";

    private static readonly SearchValues<char> Suspects = SearchValues.Create([
        '\0',
        .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code),
    ]);

    /// <summary>True if both stores keep a text unchanged.</summary>
    public static bool CanKeep(string? text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Suspects) is >= 0 and var place)
        {
            if (place + 1 >= rest.Length || !char.IsSurrogatePair(rest[place], rest[place + 1]))
            {
                return false;
            }

            rest = rest[(place + 2)..];
        }

        return true;
    }

    /// <exception cref="ValueRefusedException">The value is a text that cannot be stored.</exception>
    public static void ThrowIfNone(object? value)
    {
        if (value is string text && !CanKeep(text))
        {
            throw new ValueRefusedException(Reason);
        }
    }

    public static ValueRefusedException Exception(Exception? cause = null) => new(Reason, cause);

    /// <summary>
    /// True if a database error with this state is caused by a value: data exceptions, other integrity constraints, limits of an index row.
    /// </summary>
    public static bool IsFaultOfValues(string? state) => state?[..Math.Min(2, state.Length)] is "22" or "23" or "54";

    /// <summary>The exception for the caller of a failed statement: an invalid value, or an unavailable store.</summary>
    /// <param name="failure">The driver's exception.</param>
    /// <param name="away">The message if the store is unavailable.</param>
    public static Exception Translate(Exception failure, string away) =>
        failure is DbException database && IsFaultOfValues(database.SqlState)
            ? Exception(failure)
            : new StoreUnavailableException(away, failure);
}
