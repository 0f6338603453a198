using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

public sealed class OperationNameTests
{
    [Theory]
    [InlineData("o")]
    [InlineData("orders.get")]
    [InlineData("upstream.费率 2")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void It_is_stored_and_sent_as_its_text(string text) => TextValueForms.AreTheTextOf<OperationName>(text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Without_a_character_or_with_more_than_64_it_is_none(string? text) => TextValueForms.IsRefused<OperationName>(text);

    [Fact]
    public void The_default_has_the_empty_text() => TextValueForms.OfTheDefaultAreEmpty<OperationName>();

    [Fact]
    public void A_longer_name_in_a_ledger_stays_readable()
    {
        var text = new string('o', OperationName.MaxLength + 1);
        Assert.Equal(text, OperationName.FromStored(text).Value);
    }

    [Fact]
    public void Names_of_other_case_are_other_names() =>
        Assert.NotEqual(OperationName.Parse("orders.get"), OperationName.Parse("Orders.get"));
}
