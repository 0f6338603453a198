using Marketplace.Domain.Tests.Installations;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

public sealed class OperationIdTests
{
    [Theory]
    [InlineData("k")]
    [InlineData("key 1/~")]
    [InlineData("clock→review→5")]
    [InlineData("<\"é\">")]
    public void It_is_stored_and_sent_as_its_text(string text) => TextValueForms.AreTheTextOf<OperationId>(text);

    [Fact]
    public void An_id_derived_from_the_longest_key_is_an_id()
    {
        var key = OperationId.Parse(new string('k', 255));
        TextValueForms.AreTheTextOf<OperationId>(key.Then("enable").Then("entity").Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_character_it_is_none(string? text) => TextValueForms.IsRefused<OperationId>(text);

    [Fact]
    public void The_default_has_the_empty_text()
    {
        TextValueForms.OfTheDefaultAreEmpty<OperationId>();
        Assert.False(default(OperationId).IsInternal);
    }

    [Fact]
    public void Ids_of_other_case_are_other_ids() => Assert.NotEqual(OperationId.Parse("op"), OperationId.Parse("OP"));

    /// <summary>The texts stand in journals as keys, and must be the same for ever.</summary>
    [Fact]
    public void Internal_ids_have_an_arrow_between_their_parts()
    {
        Assert.Equal("revoke→token-1", OperationId.Internal("revoke", "token-1").Value);
        Assert.Equal("clock→12", OperationId.Internal("clock", 12).Value);
        Assert.Equal("clock→review→5", OperationId.Internal("clock", "review").Then(5).Value);
        Assert.Equal("key-1→entity", OperationId.Parse("key-1").Then("entity").Value);
        Assert.Equal("key-1:submit", OperationId.Parse("key-1").Step("submit").Value);
    }

    [Fact]
    public void The_clock_names_each_ending_of_an_installation_by_its_instant()
    {
        var kit = InstallationKit.Running();
        var end = kit.State!.Consent!.ExpiresAt;
        kit.Now = end;
        Assert.Contains(kit.Tick(), due => due.OperationId.Value == $"clock→authorisation→{end.ToUnixTimeMilliseconds()}→0");
    }

    [Theory]
    [InlineData("key-1", false)]
    [InlineData("key→1", true)]
    public void A_callers_key_is_never_an_internal_id(string id, bool isInternal) =>
        Assert.Equal(isInternal, OperationId.Parse(id).IsInternal);

    [Fact]
    public void An_operation_that_is_never_repeated_has_an_id_of_its_own()
    {
        var (one, other) = (OperationId.Unique("key-rotated"), OperationId.Unique("key-rotated"));
        Assert.Matches("^key-rotated→[0-9a-f]{32}$", one.Value);
        Assert.NotEqual(one, other);
    }
}
