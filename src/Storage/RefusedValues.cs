using System.Buffers;
using System.Data.Common;

namespace Marketplace.Storage;

/// <summary>
/// Values that a store cannot keep as they are. PostgreSQL refuses a text with U+0000, its driver one with half of a surrogate pair, and
/// that breaks the connection; SQLite would keep something else in silence, which the next reading takes for damage. Both stores refuse
/// them alike, before writing.
/// </summary>
internal static class RefusedValues
{
    private const string Reason =
        "The store cannot keep a value: a text holds U+0000 or half of a surrogate pair, or is too long for a key.";

    private static readonly SearchValues<char> Suspects = SearchValues.Create([
        '\0',
        .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code),
    ]);

    /// <summary>Whether both stores keep a text as it is.</summary>
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

    /// <exception cref="ValueRefusedException">The value is a text that cannot be kept.</exception>
    public static void ThrowIfNone(object? value)
    {
        if (value is string text && !CanKeep(text))
        {
            throw new ValueRefusedException(Reason);
        }
    }

    public static ValueRefusedException Exception(Exception? cause = null) => new(Reason, cause);

    /// <summary>
    /// True if a database says with this state that a value is at fault: data exceptions, other integrity constraints, limits of an index
    /// row.
    /// </summary>
    public static bool IsFaultOfValues(string? state) => state?[..Math.Min(2, state.Length)] is "22" or "23" or "54";

    /// <summary>What to tell the caller of a statement that failed: that a value is at fault, or that the store is away.</summary>
    /// <param name="failure">What the driver threw.</param>
    /// <param name="away">What to say if the store is away.</param>
    public static Exception Told(Exception failure, string away) =>
        failure is DbException database && IsFaultOfValues(database.SqlState)
            ? Exception(failure)
            : new StoreUnavailableException(away, failure);
}
