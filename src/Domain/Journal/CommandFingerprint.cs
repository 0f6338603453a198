using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// What a command says, as one value: it stands beside the operation id, so that a repeat is told from another command under the same id.
/// By what the caller said, never by what was looked up or made for it: the repeat would look up and make something else.
/// </summary>
internal static class CommandFingerprint
{
    /// <summary>
    /// SHA-256 in lower-case hexadecimal over the command's name and members; a member that is null differs from an empty one.
    /// </summary>
    public static string Of(string command, params ReadOnlySpan<string?> members)
    {
        var text = new StringBuilder(command);
        foreach (var member in members)
        {
            // Length first, so that moving a character from one member to the next is another command.
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
    /// A list as one member, so that no item passes for one of the next list. Takes what no rule has looked at yet, as items that are null.
    /// </summary>
    public static string Text(ImmutableArray<string> items) =>
        items.IsDefault ? string.Empty : string.Join('\n', items.Select(static item => item is null ? "-1:" : $"{item.Length}:{item}"));
}
