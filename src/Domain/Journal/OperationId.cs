using System.Globalization;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// The ids of operations. A caller's are ASCII: the idempotency keys that it sends. The marketplace's own have an arrow between their
/// parts, so that no key can be taken for one of them.
/// </summary>
public static class OperationId
{
    private const char Separator = '→';

    /// <summary>
    /// The id of an operation that no caller chose, for example <c>revoke→token-1</c>. Journals hold these texts as unique keys: another
    /// text for the same operation would carry it out a second time.
    /// </summary>
    /// <param name="parts">What is done, and what makes it once: an id, a version or an instant.</param>
    public static string Internal(params ReadOnlySpan<string> parts) => string.Join(Separator, parts);

    /// <summary>As <see cref="Internal(ReadOnlySpan{string})"/>, made once by a number.</summary>
    public static string Internal(string action, long number) => Internal(action, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of an operation that is never repeated.</summary>
    public static string Unique(string action) => Internal(action, Guid.CreateVersion7().ToString("N"));

    /// <summary>True for an id that no caller can have sent.</summary>
    public static bool IsInternal(string id) => !Ascii.IsValid(id);
}
