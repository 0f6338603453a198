using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Privacy;

/// <summary>
/// Scans free text for a buyer's private data (R23): e-mail addresses, Chinese 18-digit identity numbers with a valid check digit, bank
/// card numbers, 7–15 digits in the form of a telephone number (with up to three spaces, dots, hyphens, slashes or brackets between; not
/// part of a word), Chinese mobile numbers also after lower-case letters, telephone numbers in Chinese numerals, and postal addresses
/// (<see cref="PostalAddressScan"/>). Dates such as 2026-11-23 are not telephone numbers. Reads the text as a person does
/// (<see cref="FoldedText"/>). In doubt it reports a match; it cannot recognize names unless given the words of the buyer
/// (<see cref="BuyerWords"/>).
/// </summary>
public static partial class PrivateDataScan
{
    /// <summary>Replaces redacted data.</summary>
    public const string Struck = "***";

    private const int MinPhoneDigits = 7;
    private const int MaxPhoneDigits = 15;
    private const int IdentityLength = 18;
    private const int Rounds = 4;
    private const char Filler = '\u0001';

    /// <returns>
    /// <c>e-mail address</c>, <c>identity number</c>, <c>bank card number</c>, <c>telephone number</c>, <c>postal address</c>, with words
    /// also <c>name</c>, <c>postcode</c> and <c>customer id</c>, or null if nothing was found.
    /// </returns>
    public static string? Find(string text, BuyerWords? words = null) =>
        FindAll(new FoldedText(text), phones: true, words).Select(found => found.Kind).FirstOrDefault();

    /// <summary>
    /// Like <see cref="Find(string, BuyerWords?)"/> without telephone numbers and streets alone: product texts are full of similar
    /// patterns.
    /// </summary>
    public static string? FindInProductText(string text) =>
        FindAll(new FoldedText(text), phones: false, null).Select(found => found.Kind).FirstOrDefault();

    /// <summary>
    /// Like <see cref="Find(string, BuyerWords?)"/> for an id: only an e-mail address, or an identity number with a date of birth. Ids of
    /// digits look like telephone numbers.
    /// </summary>
    public static string? FindInId(string text)
    {
        var plain = new FoldedText(text).Plain;
        return IsEmail(plain) ? "e-mail address"
            : Digits().Matches(plain).Select(match => match.Value).Any(digits => IsIdentityNumber(digits) && HoldsBirthday(digits))
                ? "identity number"
            : null;
    }

    /// <summary>True if it contains an e-mail address.</summary>
    public static bool HoldsEmail(string text) => IsEmail(new FoldedText(text).Plain);

    /// <summary>The text with everything found by <see cref="Find(string, BuyerWords?)"/> replaced by <see cref="Struck"/>.</summary>
    /// <returns>The text itself if nothing was found; null if it cannot be cleaned.</returns>
    public static string? StrikeOut(string text, BuyerWords? words = null)
    {
        // Redacting can join what was separate, so scan again.
        for (var round = 0; round < Rounds; round++)
        {
            var folded = new FoldedText(text);
            var spans = FindAll(folded, phones: true, words)
                .Select(found => folded.Origin(found.Start, found.Length))
                .OrderBy(span => span.Start)
                .ToList();
            if (spans.Count == 0)
            {
                return text;
            }

            text = Without(text, spans);
        }

        return Find(text, words) is null ? text : null;
    }

    private static string Without(string text, List<(int Start, int End)> spans)
    {
        var builder = new StringBuilder(text.Length);
        var kept = 0;
        foreach (var (start, end) in spans)
        {
            if (start >= kept)
            {
                builder.Append(text, kept, start - kept).Append(Struck);
            }

            kept = Math.Max(kept, end);
        }

        return builder.Append(text, kept, text.Length - kept).ToString();
    }

    private static IEnumerable<(int Start, int Length, string Kind)> FindAll(FoldedText text, bool phones, BuyerWords? words)
    {
        var plain = text.Plain;
        var emails = Email().Matches(plain);
        foreach (
            var match in emails.Concat(
                LooseEmail().Matches(emails.Count == 0 ? plain : Email().Replace(plain, found => new string(' ', found.Length)))
            )
        )
        {
            yield return (match.Index, match.Length, "e-mail address");
        }

        foreach (var found in words?.In(text) ?? [])
        {
            yield return found;
        }

        var undated = Dates(plain);
        foreach (Match match in Digits().Matches(undated))
        {
            if (KindOf(match.Value, phones) is { } kind)
            {
                yield return (match.Index, match.Length, kind);
            }
        }

        if (phones)
        {
            foreach (var match in Mobile().Matches(plain).Concat(Numerals().Matches(plain)))
            {
                yield return (match.Index, match.Length, "telephone number");
            }
        }

        foreach (var (start, length) in PostalAddressScan.In(plain, streets: phones))
        {
            yield return (start, length, "postal address");
        }
    }

    private static bool IsEmail(string plain) => Email().IsMatch(plain) || LooseEmail().IsMatch(plain);

    // Keeps the length, so that matches after a date keep their position.
    private static string Dates(string plain) =>
        plain.Any(char.IsAsciiDigit) ? Date().Replace(plain, match => new string(Filler, match.Length)) : plain;

    private static string? KindOf(string number, bool phones)
    {
        var digits = string.Concat(number.Where(char.IsAsciiLetterOrDigit));
        if (IsIdentityNumber(digits))
        {
            return "identity number";
        }

        if (!digits.All(char.IsAsciiDigit) || !phones)
        {
            return null;
        }

        return digits.Length is >= MinPhoneDigits and <= MaxPhoneDigits ? "telephone number"
            : IsCard(digits) ? "bank card number"
            : null;
    }

    // Visa, Mastercard, UnionPay with 16 digits, UnionPay with 19; the last digit is a check digit.
    private static bool IsCard(string digits) =>
        (
            (digits.Length == 16 && digits[0] is >= '2' and <= '6')
            || (digits.Length == 19 && digits.StartsWith("62", StringComparison.Ordinal))
        ) && HasLuhnDigit(digits);

    private static bool HasLuhnDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum +=
                i % 2 == 0 ? digit
                : digit > 4 ? (digit * 2) - 9
                : digit * 2;
        }

        return sum % 10 == 0;
    }

    // Digits 7–14; one in two thousand numbers has a date there by chance.
    private static bool HoldsBirthday(string identity) =>
        DateOnly.TryParseExact(identity.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birthday)
        && birthday.Year is >= 1900 and < 2100;

    /// <summary>True for 17 digits and a valid check digit (GB 11643, ISO 7064 MOD 11-2).</summary>
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

    // The usual notation; the surrounding text is kept when redacting.
    [GeneratedRegex(
        @"[A-Za-z0-9._%+'\-]{1,64} {0,2}@ {0,2}[A-Za-z0-9\-]{1,63}(?: ?[.。][A-Za-z0-9\-]{1,63}){0,6} ?[.。][A-Za-z]{2,24}",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Email();

    // In any script.
    [GeneratedRegex(
        @"[^\s@<>(),;:，：；、]{1,64}@[^\s@<>(),;:，：；、]{1,190}[.。][^\s@<>().,;:，。：；、]{2,24}",
        RegexOptions.None,
        1000
    )]
    private static partial Regex LooseEmail();

    [GeneratedRegex(
        @"(?<!\d)(?:(?:19|20)\d{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:[12]\d|3[01]|0?[1-9])|(?:[12]\d|3[01]|0?[1-9])([-/.])(?:[12]\d|3[01]|0?[1-9])\2(?:19|20)\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Date();

    // Letters directly before or after make it part of a code (a waybill, a hash) rather than a telephone number.
    [GeneratedRegex(@"(?<![A-Za-z0-9])\+?\(?\d(?:[ .\-()/_·•~\\]{0,3}\d)*[Xx]?(?![A-Za-z0-9])", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    // Capitals before it make it a waybill.
    [GeneratedRegex(@"(?<=[a-z_])(?:\+?86)?1[3-9]\d(?:[ \-]?\d{4}){2}(?![A-Za-z0-9])", RegexOptions.None, 1000)]
    private static partial Regex Mobile();

    [GeneratedRegex(
        @"[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖](?:[ .\-·]{0,2}[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){6,14}",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Numerals();
}
