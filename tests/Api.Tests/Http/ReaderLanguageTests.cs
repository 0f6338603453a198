using Marketplace.Identity.Browser;

namespace Marketplace.Api.Tests.Http;

public sealed class ReaderLanguageTests
{
    [Theory]
    [InlineData("", ReaderLanguage.Chinese)]
    [InlineData("en", ReaderLanguage.English)]
    [InlineData("EN-gb", ReaderLanguage.English)]
    [InlineData("zh-TW", ReaderLanguage.Chinese)]
    [InlineData("cmn-Hans-CN", ReaderLanguage.Chinese)]
    [InlineData("de-DE,de;q=0.9,en;q=0.8", ReaderLanguage.English)]
    [InlineData("fr, en;q=0.5", ReaderLanguage.English)]
    [InlineData("fr", ReaderLanguage.Chinese)]
    [InlineData("zh;q=0.1, en;q=0.9", ReaderLanguage.English)]
    [InlineData("zh; q = 0.1 , en ;Q=0.9", ReaderLanguage.English)]
    [InlineData("en;q=0.001, fr", ReaderLanguage.English)]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", ReaderLanguage.Chinese)]
    [InlineData("en-US,en;q=0.9,zh-CN;q=0.8,zh;q=0.7", ReaderLanguage.English)]
    [InlineData("en-US,zh;q=0.9,en;q=0.1", ReaderLanguage.English)]
    public void The_greatest_weight_decides(string header, ReaderLanguage expected) => Assert.Equal(expected, Accepting(header));

    [Theory]
    [InlineData("en, zh", ReaderLanguage.English)]
    [InlineData("zh, en", ReaderLanguage.Chinese)]
    [InlineData("en;q=0.5, zh;q=0.5", ReaderLanguage.English)]
    public void Of_equal_weights_the_first_decides(string header, ReaderLanguage expected) => Assert.Equal(expected, Accepting(header));

    [Theory]
    [InlineData("en;q=0, zh", ReaderLanguage.Chinese)]
    [InlineData("zh;q=0", ReaderLanguage.English)]
    [InlineData("zh;q=0.000, fr", ReaderLanguage.English)]
    [InlineData("zh;q=0, *", ReaderLanguage.English)]
    [InlineData("zh;q=0, zh-TW, en;q=0.1", ReaderLanguage.English)]
    [InlineData("zh;q=0, zh-CN;q=0.4, en;q=0.3", ReaderLanguage.Chinese)]
    [InlineData("en-US;q=0, en;q=0.5", ReaderLanguage.English)]
    [InlineData("*;q=0, en;q=0.1", ReaderLanguage.English)]
    [InlineData("*;q=0", ReaderLanguage.Chinese)]
    [InlineData("zh;q=0, en;q=0", ReaderLanguage.Chinese)]
    public void A_weight_of_zero_rules_a_language_out(string header, ReaderLanguage expected) => Assert.Equal(expected, Accepting(header));

    [Theory]
    [InlineData("*", ReaderLanguage.Chinese)]
    [InlineData("fr, *;q=0.5", ReaderLanguage.Chinese)]
    [InlineData("zh;q=0.1, *", ReaderLanguage.English)]
    [InlineData("en;q=0.1, *;q=0.5", ReaderLanguage.Chinese)]
    [InlineData("*, en", ReaderLanguage.English)]
    public void A_star_stands_for_what_is_not_named(string header, ReaderLanguage expected) => Assert.Equal(expected, Accepting(header));

    [Theory]
    [InlineData("en;q=2, zh", ReaderLanguage.Chinese)]
    [InlineData("en;q=much", ReaderLanguage.Chinese)]
    [InlineData(",;q=1,,=", ReaderLanguage.Chinese)]
    [InlineData("english", ReaderLanguage.Chinese)]
    [InlineData("e", ReaderLanguage.Chinese)]
    public void What_cannot_be_read_does_not_count(string header, ReaderLanguage expected) => Assert.Equal(expected, Accepting(header));

    [Fact]
    public void Several_lines_of_the_header_are_one_list() =>
        Assert.Equal(ReaderLanguage.English, ReaderLanguages.Choose(null, null, new(["zh;q=0.2", "en;q=0.7"]), ReaderLanguage.Chinese));

    [Fact]
    public void Without_a_preference_the_host_decides()
    {
        Assert.Equal(ReaderLanguage.English, ReaderLanguages.Choose(null, null, "fr, *;q=0.1", ReaderLanguage.English));
        Assert.Equal(ReaderLanguage.English, ReaderLanguages.Choose(null, null, default, ReaderLanguage.English));
    }

    [Theory]
    [InlineData(null, "fr-CA fr en-GB zh", "zh", ReaderLanguage.English)]
    [InlineData(null, "zh-Hant en", "en", ReaderLanguage.Chinese)]
    [InlineData(null, "fr de", "en", ReaderLanguage.English)]
    [InlineData("zh", "en", "en", ReaderLanguage.Chinese)]
    [InlineData("en-US", "zh", "zh", ReaderLanguage.English)]
    [InlineData("fr", "en", "zh", ReaderLanguage.English)]
    public void The_readers_choice_comes_before_the_clients_wish_and_that_before_the_header(
        string? lang,
        string? locales,
        string header,
        ReaderLanguage expected
    ) => Assert.Equal(expected, ReaderLanguages.Choose(lang, locales, header, ReaderLanguage.Chinese));

    private static ReaderLanguage Accepting(string header) => ReaderLanguages.Choose(null, null, header, ReaderLanguage.Chinese);
}
