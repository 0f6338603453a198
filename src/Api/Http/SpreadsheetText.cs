using System.Text.RegularExpressions;

namespace Marketplace.Api.Http;

/// <summary>
/// Escapes external texts in files opened by spreadsheets. A spreadsheet evaluates a cell starting with one of <c>= + - @</c>, in East
/// Asian locales also their full-width and small forms, and splits texts depending on the locale: at a semicolon in much of Europe,
/// otherwise at a comma, a tab or a bar. So an apostrophe is added before everything that could begin a cell and be evaluated; reading
/// removes it again.
/// </summary>
internal static partial class SpreadsheetText
{
    private const string Formula = "[=+\\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20]";

    // Spreadsheets skip spaces, quotes and zero-width characters before a formula.
    private const string Skipped = "[\\s\"'\u200B-\u200F\u2060\uFEFF]*";

    /// <summary>The text in a form safe for a cell; null stays null.</summary>
    public static string? Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var inner = AfterSeparator().Replace(text, "$1'$2");
        return Beginning().IsMatch(inner) ? "'" + inner : inner;
    }

    /// <summary>Reverses <see cref="Escape"/>.</summary>
    public static string Unescape(string text)
    {
        var outer = text is ['\'', ..] && Beginning().IsMatch(text[1..]) ? text[1..] : text;
        return EscapedAfterSeparator().Replace(outer, "$1$2");
    }

    [GeneratedRegex("^(" + Skipped + Formula + "|['\"]*[\\t\\r\\n])", RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();

    [GeneratedRegex("([;,|\\t\\r\\n\uFF0C\uFF1B]" + Skipped + ")(" + Formula + ")", RegexOptions.CultureInvariant)]
    private static partial Regex AfterSeparator();

    [GeneratedRegex("([;,|\\t\\r\\n\uFF0C\uFF1B]" + Skipped + ")'(" + Formula + ")", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedAfterSeparator();
}
