using System.Text.RegularExpressions;

namespace Marketplace.Api.Http;

/// <summary>
/// Texts of others in files that spreadsheets open. A spreadsheet takes for a formula what begins with one of <c>= + - @</c>, in East Asian
/// locales also in their full-width and small forms, and what it splits a text at depends on the locale: a semicolon in much of Europe,
/// else a comma, a tabulator or a bar. So an apostrophe is put before whatever could begin a cell and would be calculated; reading takes it
/// away again.
/// </summary>
internal static partial class SpreadsheetText
{
    private const string Formula = "[=+\\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20]";

    // Blanks, quotes and characters without width do not keep a spreadsheet from looking further.
    private const string Skipped = "[\\s\"'\u200B-\u200F\u2060\uFEFF]*";

    /// <summary>The text as it may stand in a cell; null stays null.</summary>
    public static string? Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var inner = AfterSeparator().Replace(text, "$1'$2");
        return Beginning().IsMatch(inner) ? "'" + inner : inner;
    }

    /// <summary>The text that <see cref="Escape"/> was given.</summary>
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
