using Marketplace.Api.Http;

namespace Marketplace.Api.Tests.Http;

/// <summary>What a spreadsheet of whatever locale would calculate is written as text, and comes back as it was.</summary>
public class SpreadsheetTextTests
{
    private const string Formulas = "=+-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20";

    [Theory]
    [InlineData("=1+1")]
    [InlineData("-1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠a")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("\n=1")]
    [InlineData(" \u200B=1")]
    [InlineData("\"=1")]
    [InlineData("x;=1+1")]
    [InlineData("x; \"=1+1")]
    [InlineData("x\t@a")]
    [InlineData("x,＝1")]
    [InlineData("'=1")]
    [InlineData("x;'=1")]
    [InlineData(";=;=;;=")]
    public void A_formula_is_written_as_text_and_read_as_it_was(string text)
    {
        var written = SpreadsheetText.Escape(text)!;

        Assert.NotEqual(text, written);
        Assert.Equal(text, SpreadsheetText.Unescape(written));
        // However a spreadsheet splits the line, no cell begins with a formula.
        Assert.DoesNotContain(written.Split(';', ',', '\t', '\r', '\n'), cell =>
            cell.TrimStart(' ', '"', '\u200B') is [var first, ..] && Formulas.Contains(first, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("SP")]
    [InlineData("O'Higgins")]
    [InlineData("'quoted'")]
    [InlineData("a-b=c@d")]
    [InlineData("x; y")]
    [InlineData("广东省")]
    public void Other_texts_stay_as_they_are(string text)
    {
        Assert.Equal(text, SpreadsheetText.Escape(text));
        Assert.Equal(text, SpreadsheetText.Unescape(text));
    }
}
