using Marketplace.Domain.Tests.Installations;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

public sealed class OperationIdTests
{
    /// <summary>The texts stand in journals as keys, and must be the same for ever.</summary>
    [Fact]
    public void Internal_ids_have_an_arrow_between_their_parts()
    {
        Assert.Equal("revoke→token-1", OperationId.Internal("revoke", "token-1"));
        Assert.Equal("clock→12", OperationId.Internal("clock", 12));
        Assert.Equal("clock→review→5", OperationId.Internal(OperationId.Internal("clock", "review"), 5));
        Assert.Equal("key-1→entity", OperationId.Internal("key-1", "entity"));
    }

    [Fact]
    public void The_clock_names_each_ending_of_an_installation_by_its_instant()
    {
        var kit = InstallationKit.Running();
        var end = kit.State!.Consent!.ExpiresAt;
        kit.Now = end;
        Assert.Contains(kit.Tick(), due => due.OperationId == $"clock→authorisation→{end.ToUnixTimeMilliseconds()}→0");
    }

    [Theory]
    [InlineData("key-1", false)]
    [InlineData("", false)]
    [InlineData("key→1", true)]
    public void A_callers_key_is_never_an_internal_id(string id, bool isInternal) => Assert.Equal(isInternal, OperationId.IsInternal(id));

    [Fact]
    public void An_operation_that_is_never_repeated_has_an_id_of_its_own()
    {
        var (one, other) = (OperationId.Unique("key-rotated"), OperationId.Unique("key-rotated"));
        Assert.Matches("^key-rotated→[0-9a-f]{32}$", one);
        Assert.NotEqual(one, other);
    }
}
