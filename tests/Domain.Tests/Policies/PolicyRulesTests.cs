using Marketplace.Journal;
using Marketplace.Policies;
using Xunit;

namespace Marketplace.Domain.Tests.Policies;

/// <summary>Versions of policies: published in order, never changed.</summary>
public sealed class PolicyRulesTests
{
    private static readonly DateOnly Today = new(2026, 12, 1);
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 4, 0, 0, TimeSpan.Zero);

    private Policy _policy = Policy.None;

    [Fact]
    public void The_version_in_force_is_the_last_that_has_begun()
    {
        Publish("a", Today);
        Publish("b", Today.AddDays(10));
        Publish("c", Today.AddDays(20));

        Assert.Null(_policy.InForceOn(Today.AddDays(-1)));
        Assert.Equal("a", _policy.InForceOn(Today.AddDays(9))!.Version);
        Assert.Equal("b", _policy.InForceOn(Today.AddDays(10))!.Version);
        Assert.Equal(["b", "c"], _policy.AcceptableOn(Today.AddDays(10)));
        Assert.Equal([1, 2, 3], _policy.Versions.Select(version => version.Number));
    }

    [Fact]
    public void A_version_is_never_published_again_nor_before_another()
    {
        Publish("a", Today.AddDays(5));

        Assert.Equal(PolicyRefusals.PolicyVersionExists, Refused(Version("a", Today.AddDays(6))));
        Assert.Equal(PolicyRefusals.PolicyInvalid, Refused(Version("b", Today.AddDays(5))));
        Assert.Equal(PolicyRefusals.PolicyInvalid, Refused(Version("b", Today.AddDays(-1))));
        Assert.Equal("role-not-allowed", Refused(Version("b", Today.AddDays(6)), ActorRole.Of("business-reviewer")));
    }

    [Fact]
    public void A_text_is_given_or_its_hash_with_a_link()
    {
        var hash = new string('a', 64);
        PublishPolicy[] incomplete =
        [
            new("v", null, null, null, Today),
            new("v", null, hash, null, Today),
            new("v", null, hash, "http://policies.example/v", Today),
            new("v", null, "abc", "https://policies.example/v", Today),
            new("v", new BilingualText("一", ""), null, null, Today),
            new("v", new BilingualText("一", "1"), hash, null, Today),
            new("", new BilingualText("一", "1"), null, null, Today),
        ];
        Assert.All(incomplete, command => Assert.Equal(PolicyRefusals.PolicyInvalid, Refused(command)));
        var linked = Decide(new PublishPolicy("v", null, hash, "https://policies.example/v", Today), ActorRole.Operator);
        Assert.Equal(hash, Assert.Single(linked.Value).Hash);
    }

    [Fact]
    public void The_hash_is_that_of_both_texts()
    {
        Publish("a", Today);

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("一\n1"u8)), _policy.Find("a")!.Hash);
    }

    private static PublishPolicy Version(string version, DateOnly from) => new(version, new BilingualText("一", "1"), null, null, from);

    private void Publish(string version, DateOnly from)
    {
        var done = Decide(Version(version, from), ActorRole.Operator);
        Assert.Null(done.Refusal);
        var @event = Assert.Single(done.Value);
        _policy = _policy.After(PolicyPublished.Decode(PolicyPublished.FactType, @event.Encode()), Now);
    }

    private string? Refused(PublishPolicy command, ActorRole? role = null) => Decide(command, role ?? ActorRole.Operator).Refusal?.Code;

    private Outcome<System.Collections.Immutable.ImmutableArray<PolicyPublished>> Decide(PublishPolicy command, ActorRole role) =>
        PolicyRules.Decide(_policy, command, role, Today);
}
