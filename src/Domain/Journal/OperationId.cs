using System.Globalization;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// Ids of operations. A caller's are its idempotency keys, in ASCII. The marketplace's own have an arrow between their parts, so that they
/// cannot collide with a key.
/// </summary>
public static class OperationId
{
    private const char Separator = '→';

    /// <summary>
    /// The id of an internal operation, for example <c>revoke→token-1</c>. Journals store these texts as unique keys: changing the text of
    /// an operation would execute it a second time.
    /// </summary>
    /// <param name="parts">The action, and what makes it unique: an id, a version or an instant.</param>
    public static string Internal(params ReadOnlySpan<string> parts) => string.Join(Separator, parts);

    /// <summary>Like <see cref="Internal(ReadOnlySpan{string})"/>, made unique by a number.</summary>
    public static string Internal(string action, long number) => Internal(action, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of an operation that is never repeated.</summary>
    public static string Unique(string action) => Internal(action, Guid.CreateVersion7().ToString("N"));

    /// <summary>True for an id that no caller can have sent.</summary>
    public static bool IsInternal(string id) => !Ascii.IsValid(id);
}
