using System.Globalization;
using Xunit;

namespace Marketplace.Domain.Tests.Texts;

/// <summary>A feature reads its texts once, and a fault of a resource file is found then.</summary>
public sealed class BilingualTextsTests
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(Complete));

    [Fact]
    public void A_text_has_both_languages()
    {
        Assert.Equal(new BilingualText("已完成。", "Done."), Texts.Get("Plain"));
        Assert.Equal(["Plain", "Sent"], Texts.Keys.Order(StringComparer.Ordinal));
        Assert.Null(Texts.Find("Other"));
    }

    [Fact]
    public void Values_are_formatted_alike_in_every_culture_and_may_have_two_languages()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

            Assert.Equal(
                new BilingualText("已送达 2.5：离线。", "2.5 delivered: offline."),
                Texts.Format("Sent", ("sent", 2.5m), ("reason", new BilingualText("离线", "offline")))
            );
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_optional_part_is_left_out_without_its_value(string? reason) =>
        Assert.Equal(new BilingualText("已送达 0.0。", "0.0 delivered."), Texts.Format("Sent", ("sent", 0), ("reason", reason)));

    [Fact]
    public void A_value_may_hold_braces_and_brackets() =>
        Assert.Equal("1.0 delivered: {sent} [now].", Texts.Format("Sent", ("sent", 1), ("reason", "{sent} [now]")).En);

    [Fact]
    public void A_text_is_not_made_with_other_values_than_it_needs()
    {
        Assert.Throws<ArgumentException>(() => Texts.Format("Sent", ("sent", 1)));
        Assert.Throws<ArgumentException>(() => Texts.Format("Sent", ("sent", 1), ("reason", ""), ("other", "")));
        Assert.Throws<KeyNotFoundException>(() => Texts.Get("Sent"));
        Assert.Throws<KeyNotFoundException>(() => Texts.Get("Other"));
    }

    [Theory]
    [InlineData(typeof(OneLanguageOnly), "Alone")]
    [InlineData(typeof(OtherPlaceholders), "Sent")]
    [InlineData(typeof(EmptyText), "Title")]
    [InlineData(typeof(BilingualTextsTests), nameof(BilingualTextsTests))]
    public void A_feature_with_a_fault_in_its_files_does_not_start(Type feature, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => BilingualTexts.Load(feature)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("a}")]
    [InlineData("[a]")]
    [InlineData("[{a}")]
    [InlineData("[{a]}")]
    public void A_malformed_text_is_refused(string text) => Assert.Throws<FormatException>(() => TextTemplate.Parse(text));

    [Fact]
    public void Placeholders_are_listed_once_and_in_order() =>
        Assert.Equal("a b", string.Join(' ', TextTemplate.Parse("{b:yyyy-MM-dd HH:mm}[, {a}] {b}").Placeholders));
}

internal static class Complete;

internal static class OneLanguageOnly;

internal static class OtherPlaceholders;

internal static class EmptyText;
