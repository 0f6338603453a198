using System.Globalization;
using System.Text;

namespace Marketplace.Privacy;

/// <summary>Only letters and digits, in lower case and without accents, with their original positions.</summary>
internal sealed class CompactText
{
    public CompactText(string plain)
    {
        var text = new StringBuilder(plain.Length);
        for (var i = 0; i < plain.Length; i++)
        {
            if (char.IsLetterOrDigit(plain[i]))
            {
                text.Append(Base(plain[i]));
                Places.Add(i);
            }
        }

        Text = text.ToString();
    }

    public string Text { get; }

    public List<int> Places { get; } = [];

    public static bool IsIdeograph(char c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.OtherLetter;

    public static bool IsPartOfWord(char c) => char.IsLetterOrDigit(c) && !IsIdeograph(c);

    private static char Base(char c) =>
        char.IsAscii(c) || IsIdeograph(c) || char.IsSurrogate(c) || c >= '\uFFFE'
            ? char.ToLowerInvariant(c)
            : char.ToLowerInvariant(c.ToString().Normalize(NormalizationForm.FormD)[0]);
}
