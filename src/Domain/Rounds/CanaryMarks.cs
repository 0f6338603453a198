using System.Globalization;
using System.Text;

namespace Marketplace.Rounds;

/// <summary>
/// What marks the made-up buyers of a round: a word in every name, street and e-mail address, and digits in every telephone number. The
/// marketplace gives neither to plugins, so a plugin that sends one back has private data from somewhere (R23).
/// </summary>
/// <param name="Word">Lower-case letters.</param>
/// <param name="Digits">Decimal digits.</param>
public sealed record CanaryMarks(string Word, string Digits)
{
    private const int WordLength = 10;
    private const int DigitCount = 7;

    internal static CanaryMarks Of(SeededNumbers numbers)
    {
        var word = numbers.Word(WordLength);
        var digits = new StringBuilder();
        while (digits.Length < DigitCount)
        {
            digits.Append(numbers.Below(10).ToString(CultureInfo.InvariantCulture));
        }

        return new CanaryMarks(word, digits.ToString());
    }

    /// <summary>True if the text holds a mark, in any case and however the digits are separated.</summary>
    public bool AreIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains(Word, StringComparison.OrdinalIgnoreCase)
            || (Digits.Length > 0 && Bare(text).Contains(Digits, StringComparison.Ordinal));
    }

    private static string Bare(string text) => string.Concat(text.Where(static c => c is not (' ' or '-' or '.' or '/' or '(' or ')')));
}
