using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// A command's content as one value, stored beside the operation id to distinguish a repeat from another command under the same id. Covers
/// only the caller's input, never what was looked up or generated for it: a repeat would get other values.
/// </summary>
internal static class CommandFingerprint
{
    /// <summary>SHA-256 in lower-case hexadecimal over the command's name and members; a null member differs from an empty one.</summary>
    public static string Of(string command, params ReadOnlySpan<string?> members)
    {
        var text = new StringBuilder(command);
        foreach (var member in members)
        {
            // Length first, so that moving a character from one member to the next changes the fingerprint.
            text.Append(CultureInfo.InvariantCulture, $"\n{member?.Length ?? -1}:{member}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A number as a member.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An amount as a member: 1.5 and 1.50 are the same.</summary>
    public static string Text(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>An instant as a member, to the millisecond.</summary>
    public static string Text(DateTimeOffset at) => Text(at.ToUnixTimeMilliseconds());

    /// <summary>A day as a member.</summary>
    public static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>
    /// A list as one member, so that no item can pass as one of the next list. Accepts unvalidated input, such as null items.
    /// </summary>
    public static string Text(ImmutableArray<string> items) =>
        items.IsDefault ? string.Empty : string.Join('\n', items.Select(static item => item is null ? "-1:" : $"{item.Length}:{item}"));
}
