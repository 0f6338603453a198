using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

public sealed class DataRegionTests
{
    [Theory]
    [InlineData("c")]
    [InlineData("cn")]
    [InlineData("eu-frankfurt")]
    [InlineData("12345678901234567890123456789012")]
    public void It_is_stored_and_sent_as_its_text(string text)
    {
        TextValueForms.AreTheTextOf<DataRegion>(text);
        Assert.Matches(DataRegion.Pattern, text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("CN")]
    [InlineData("eu frankfurt")]
    [InlineData("cn_1")]
    [InlineData("中国")]
    [InlineData("١")]
    [InlineData("123456789012345678901234567890123")]
    public void Other_texts_are_none(string? text)
    {
        TextValueForms.IsRefused<DataRegion>(text);
        Assert.DoesNotMatch(DataRegion.Pattern, text);
    }

    [Fact]
    public void The_default_has_the_empty_text() => TextValueForms.OfTheDefaultAreEmpty<DataRegion>();
}
