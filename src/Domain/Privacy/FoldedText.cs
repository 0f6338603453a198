using System.Globalization;
using System.Text;

namespace Marketplace.Privacy;

/// <summary>
/// A text as a person reads it: without invisible characters (zero-width characters, soft hyphens, variation selectors), with full-width
/// and other forms normalized and the digits of every script as Western ones. Keeps the original position of each character, so that
/// matches can be redacted.
/// </summary>
internal sealed class FoldedText
{
    private readonly List<int> _starts;
    private readonly List<int> _ends;

    public FoldedText(string text)
    {
        (_starts, _ends) = (new List<int>(text.Length), new List<int>(text.Length));
        var plain = new StringBuilder(text.Length);
        for (var place = 0; place < text.Length; )
        {
            var length = Rune.TryGetRuneAt(text, place, out var rune) ? rune.Utf16SequenceLength : 1;
            rune = length == 1 && char.IsSurrogate(text[place]) ? Rune.ReplacementChar : rune;
            Append(plain, rune);
            while (_starts.Count < plain.Length)
            {
                _starts.Add(place);
                _ends.Add(place + length);
            }

            place += length;
        }

        Plain = plain.ToString();
    }

    /// <summary>The text to search.</summary>
    public string Plain { get; }

    /// <summary>Maps a range of <see cref="Plain"/> to the original text: start, and end (exclusive).</summary>
    public (int Start, int End) Origin(int start, int length) => (_starts[start], _ends[start + length - 1]);

    private static void Append(StringBuilder plain, Rune rune)
    {
        if (rune.Value is (>= ' ' and <= '~') or (>= 0x4E00 and <= 0x9FFF))
        {
            plain.Append((char)rune.Value);
        }
        else if (Rune.IsWhiteSpace(rune))
        {
            plain.Append(' ');
        }
        else if (!IsInvisible(rune))
        {
            AppendForm(plain, rune);
        }
    }

    // Hangul fillers and the empty Braille pattern are not format characters, but are invisible too.
    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Control;

    private static void AppendForm(StringBuilder plain, Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation || rune.Value == 0x2212)
        {
            plain.Append('-');
            return;
        }

        if ((rune.Value & 0xFFFE) == 0xFFFE)
        {
            // U+FFFE is not a character: it has no normal form, and normalizing throws.
            plain.Append('|');
            return;
        }

        var text = rune.ToString();
        if (CharUnicodeInfo.GetDecimalDigitValue(text, 0) is >= 0 and var digit)
        {
            plain.Append((char)('0' + digit));
            return;
        }

        foreach (var form in text.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            plain.Append(form.IsBmp ? (char)form.Value : '|');
        }
    }
}
