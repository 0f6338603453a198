using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Sync;

/// <summary>
/// Looks for a buyer's private data in free text (R23). It finds e-mail addresses, Chinese 18-digit identity numbers with a right check
/// digit, 7–15 digits in the form of a telephone number (single blanks, dots, hyphens, brackets between; not part of a word), and postal
/// addresses (<see cref="PostalAddressScan"/>). Dates such as 2026-11-23 are no telephone numbers. Full-width and other scripts' digits count as
/// digits. It errs on the side of refusing; names it cannot know.
/// </summary>
public static partial class PrivateDataScan
{
    private const int MinPhoneDigits = 7;
    private const int MaxPhoneDigits = 15;
    private const int IdentityLength = 18;

    /// <returns><c>e-mail address</c>, <c>identity number</c>, <c>telephone number</c>, <c>postal address</c>, or null if nothing was found.</returns>
    public static string? Find(string text) => Find(text, phones: true);

    /// <summary>As <see cref="Find(string)"/> without telephone numbers: a product's text is full of numbers of that form.</summary>
    public static string? FindInProductText(string text) => Find(text, phones: false);

    /// <summary>As <see cref="Find(string)"/> in an id: an e-mail address, or an identity number that holds a date of birth. Ids of digits look like telephone numbers.</summary>
    public static string? FindInId(string text)
    {
        var plain = Simplify(text);
        return Email().IsMatch(plain) ? "e-mail address"
            : Digits().Matches(plain).Select(match => match.Value).Any(digits => IsIdentityNumber(digits) && HoldsBirthday(digits)) ? "identity number"
            : null;
    }

    private static string? Find(string text, bool phones)
    {
        var plain = Simplify(text);
        if (Email().IsMatch(plain))
        {
            return "e-mail address";
        }

        var undated = Date().Replace(plain, "|");
        foreach (Match match in Digits().Matches(undated))
        {
            var digits = string.Concat(match.Value.Where(char.IsAsciiLetterOrDigit));
            if (IsIdentityNumber(digits))
            {
                return "identity number";
            }

            if (phones && digits.Length is >= MinPhoneDigits and <= MaxPhoneDigits && digits.All(char.IsAsciiDigit))
            {
                return "telephone number";
            }
        }

        return PostalAddressScan.IsIn(plain) ? "postal address" : null;
    }

    // Places 7–14; one in two thousand numbers has a date there by chance.
    private static bool HoldsBirthday(string identity) =>
        DateOnly.TryParseExact(identity.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birthday) && birthday.Year is >= 1900 and < 2100;

    /// <summary>True for 17 digits and the right check digit (GB 11643, ISO 7064 MOD 11-2).</summary>
    public static bool IsIdentityNumber(string text)
    {
        if (text.Length != IdentityLength || !text[..^1].All(char.IsAsciiDigit))
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < IdentityLength - 1; i++)
        {
            sum = ((sum + (text[i] - '0')) * 2) % 11;
        }

        return "10X98765432"[sum % 11] == char.ToUpperInvariant(text[^1]);
    }

    private static string Simplify(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
            builder.Append(digit >= 0 ? (char)('0' + digit) : Simple(rune));
        }

        return builder.ToString();
    }

    private static char Simple(Rune rune) => rune.Value switch
    {
        0xFF20 => '@',
        0xFF0B => '+',
        0xFF0D or (>= 0x2010 and <= 0x2015) or 0x2212 => '-',
        _ when Rune.IsWhiteSpace(rune) => ' ',
        _ when rune.IsBmp => (char)rune.Value,
        _ => '|',
    };

    [GeneratedRegex(@"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]{2,}", RegexOptions.None, 1000)]
    private static partial Regex Email();

    [GeneratedRegex(@"\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b", RegexOptions.None, 1000)]
    private static partial Regex Date();

    // Letters directly before or after make it part of a code (a waybill, a hash), not a number somebody dials.
    [GeneratedRegex(@"(?<![A-Za-z0-9])\+?\(?\d(?:[ .\-()]{0,2}\d)*[Xx]?(?![A-Za-z0-9])", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
