using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

public sealed class ActorIdTests
{
    [Theory]
    [InlineData("m")]
    [InlineData("marketplace")]
    [InlineData("seller-center:李雷 <7>")]
    public void It_is_stored_and_sent_as_its_text(string text) => TextValueForms.AreTheTextOf<ActorId>(text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_character_it_is_none(string? text) => TextValueForms.IsRefused<ActorId>(text);

    [Fact]
    public void The_default_has_the_empty_text() => TextValueForms.OfTheDefaultAreEmpty<ActorId>();

    /// <summary>The texts stand in journals, hashed.</summary>
    [Fact]
    public void A_user_is_named_after_the_client_that_acts_for_it()
    {
        Assert.Equal("seller-center:li-lei", ActorId.OfUser("seller-center", "li-lei").Value);
        Assert.Equal("marketplace", ActorId.Marketplace.Value);
    }

    [Fact]
    public void Ids_of_other_case_are_other_ids() => Assert.NotEqual(ActorId.Parse("li-lei"), ActorId.Parse("Li-lei"));
}
