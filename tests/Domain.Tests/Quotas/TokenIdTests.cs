using System.Collections.Immutable;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

public class TokenIdTests
{
    private static readonly ImmutableDictionary<string, DateTimeOffset> Revoked = ImmutableDictionary<string, DateTimeOffset>
        .Empty.Add("family", default)
        .Add("other:token", default)
        .Add("alone", default);

    [Theory]
    [InlineData("family", "token", true)]
    [InlineData("family", "another", true)]
    [InlineData("famil", "y", false)]
    [InlineData("other", "token", true)]
    [InlineData("other", "another", false)]
    [InlineData(null, "alone", true)]
    [InlineData(null, "token", false)]
    [InlineData("token", "alone", false)]
    public void A_token_is_revoked_by_itself_or_with_its_family(string? family, string token, bool isRevoked) =>
        Assert.Equal(isRevoked, Revoked.IsRevoked(TokenIds.Of(family, token)));

    [Theory]
    [InlineData("owner", true, true)]
    [InlineData("finance", false, true)]
    [InlineData("staff", false, false)]
    public void Staff_neither_consent_nor_approve_charges(string role, bool mayConsent, bool mayApprove)
    {
        var parsed = SellerRoles.Parse(role)!.Value;

        Assert.Equal((mayConsent, mayApprove, role), (parsed.MayConsent(), parsed.MayApproveCharges(), parsed.Text()));
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("admin")]
    [InlineData("")]
    [InlineData(null)]
    public void Any_other_word_is_no_role(string? role) => Assert.Null(SellerRoles.Parse(role));
}
