using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Audit;

/// <summary>What is kept of a command that changed nothing, so that its operation id cannot be used for another one.</summary>
internal static class CommandDigest
{
    /// <summary>SHA-256 in lower-case hexadecimal over the command's name and members; a member that is null differs from an empty one.</summary>
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
}
