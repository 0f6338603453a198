using System.Globalization;
using System.Text;

namespace Marketplace.Events;

/// <summary>
/// Cleans free text from outside for storage and display: one line, no control characters, a bounded length. A text may lose decoration
/// this way; the fact that carries it is never refused.
/// </summary>
public static class FreeText
{
    // The Windows-1252 characters at 0x80–0x9F: texts decoded with the wrong code page contain them as control characters.
    private const string Windows1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <param name="text">The original text.</param>
    /// <param name="maxLength">Maximum UTF-16 characters.</param>
    /// <returns>
    /// The text with each run of line breaks and tabs as one space, without other control characters, NUL, noncharacters and replacement
    /// characters (U+FFFD), truncated if too long; never within a character.
    /// </returns>
    public static CleanText Clean(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.Any(IsStray) ? Cleaned(text) : text;
        var whole = clean.Length <= maxLength ? clean : clean[..CutAt(clean, maxLength)].TrimEnd();
        return new CleanText(whole, !string.Equals(clean, text, StringComparison.Ordinal), whole.Length < clean.Length);
    }

    private static string Cleaned(string text)
    {
        var builder = new StringBuilder(text.Length);
        var pending = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\v' or '\f' or '\r' or 0x2028 or 0x2029)
            {
                pending = true;
            }
            else if (Kept(rune) is { } kept)
            {
                if (pending && builder.Length > 0 && builder[^1] != ' ' && kept.Value != ' ')
                {
                    builder.Append(' ');
                }

                pending = false;
                builder.Append(kept.ToString());
            }
        }

        return builder.ToString();
    }

    private static Rune? Kept(Rune rune) =>
        rune.Value switch
        {
            >= 0x80 and <= 0x9F => Windows1252[rune.Value - 0x80] is var letter and not '\0' ? new Rune(letter) : null,
            0xFFFD => null,
            _ when IsNoncharacter(rune.Value) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control => null,
            _ => rune,
        };

    private static bool IsStray(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or >= '\uFDD0' and <= '\uFDEF' or >= '\uFFFD' || char.IsSurrogate(c);

    private static bool IsNoncharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;

    private static int CutAt(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}

/// <summary>A text cleaned by <see cref="FreeText"/>.</summary>
/// <param name="Text">The result; may be empty.</param>
/// <param name="IsCleaned">True if characters were removed or replaced.</param>
/// <param name="IsCut">True if it was truncated.</param>
public readonly record struct CleanText(string Text, bool IsCleaned, bool IsCut);
