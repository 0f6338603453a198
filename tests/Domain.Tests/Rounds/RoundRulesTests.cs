using Marketplace.Developers;
using Marketplace.Domain.Tests.Listings;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;
using Marketplace.Rounds;
using Xunit;

namespace Marketplace.Domain.Tests.Rounds;

public class RoundRulesTests
{
    [Fact]
    public void One_round_runs_at_a_time_and_the_next_waits_for_the_spacing()
    {
        var kit = new RoundKit();
        Assert.Null(kit.Start(RoundKit.Command(5)));
        Assert.Equal((5, 1), (kit.State!.Running!.Seed, kit.State.Running.Id.Number));
        Assert.Equal(RoundRefusals.RoundRunning, kit.Start(RoundKit.Command()));

        kit.Now += TimeSpan.FromSeconds(30);
        kit.Fold(RoundKit.Finished());
        Assert.Equal(RoundOutcome.Passed, kit.State.Last.End!.Outcome);
        kit.Now += RoundKit.Policy.Spacing - TimeSpan.FromSeconds(1);
        Assert.Equal(RoundRefusals.RoundTooSoon, kit.Start(RoundKit.Command()));

        kit.Now += TimeSpan.FromSeconds(1);
        Assert.Null(kit.Start(RoundKit.Command()));
        Assert.Equal((99, 2), (kit.State.Running!.Seed, kit.State.Running.Id.Number));
    }

    [Fact]
    public void A_version_has_a_hundred_rounds_at_most()
    {
        var kit = new RoundKit();
        for (var round = 0; round < ListingRules.MaxRounds; round++)
        {
            Assert.Null(kit.Start(RoundKit.Command()));
            kit.Fold(new RoundEvent.Interrupted("test"));
            kit.Now += RoundKit.Policy.Spacing;
        }

        Assert.Equal(RoundRefusals.RoundLimit, kit.Start(RoundKit.Command()));
    }

    [Fact]
    public void A_round_needs_a_person_of_the_owner_a_passed_gate_and_the_right_region()
    {
        var kit = new RoundKit();
        var blocked = new string('b', 64);
        kit.Listing.Do(ListingKit.Add(blocked, "2.0.0", blocking: 1), "ann", ListingKit.Author);

        Assert.Equal("role-not-allowed", kit.Start(RoundKit.Command(), ActorRole.OfDeveloper(DeveloperRole.Finance)));
        Assert.Equal("role-not-allowed", kit.Start(RoundKit.Command(), ActorRole.Platform));
        Assert.Equal(ListingRefusals.ListingNotFound, kit.Start(RoundKit.Command() with { Developer = DeveloperId.Parse("others", null) }));
        Assert.Equal(ListingRefusals.GateBlocks, kit.Start(RoundKit.Command() with { Hash = blocked }));
        Assert.Equal(ListingRefusals.PluginVersionNotFound, kit.Start(RoundKit.Command() with { Hash = new string('c', 64) }));
        Assert.Equal(QuotaRefusals.RegionMismatch, kit.Start(RoundKit.Command(), region: "eu-frankfurt"));
        kit.Listing.Developer = ListingKit.NewDeveloper(ListingKit.Owner, verified: true, DeveloperStanding.Frozen);
        Assert.Equal(ListingRefusals.DeveloperFrozen, kit.Start(RoundKit.Command()));
        Assert.Null(kit.State);
    }

    [Theory]
    [InlineData("products.write", "reason")]
    [InlineData("orders.read", "")]
    public void A_reason_is_for_a_declared_scope_and_says_something(string scope, string reason) =>
        Assert.Equal(
            RoundRefusals.JustificationInvalid,
            new RoundKit().Start(RoundKit.Command() with { Justified = RoundKit.None.Add(scope, reason) })
        );

    [Fact]
    public void An_interrupted_round_counts_for_nothing()
    {
        var kit = new RoundKit();
        kit.Start(RoundKit.Command(1));
        kit.Now += TimeSpan.FromSeconds(5);
        kit.Fold(new RoundEvent.Progressed(10));
        kit.Fold(new RoundEvent.Interrupted("The process ended."));

        var last = kit.State!.Last;
        Assert.Equal((RoundOutcome.Interrupted, 10), (last.End!.Outcome, last.Sent));
        Assert.False(last.Recorded!.Passed);
        Assert.Null(last.Recorded.Findings);
        Assert.Throws<InvalidOperationException>(() => kit.Fold(RoundKit.Finished()));
    }

    [Fact]
    public void A_round_opens_calls_that_cost_nothing_until_it_ends()
    {
        var kit = new RoundKit();
        kit.Start(RoundKit.Command(1));
        var profile = RoundKit.Profile("orders.read");
        var open = SandboxEntitlements.Of(kit.State!.Last, profile);
        kit.Now += TimeSpan.FromSeconds(40);
        kit.Fold(RoundKit.Finished());
        var closed = SandboxEntitlements.Of(kit.State.Last, profile);

        Assert.Null(open.Stop);
        Assert.Equal((profile.Prices.DailyLimit, 0m), (open.Prices.DailyLimit, open.Prices.Rate(0, open.Prices.DailyLimit).Amount));
        Assert.True(open.ExpiresAt > kit.Now);
        Assert.Equal((kit.Now, true), (closed.ExpiresAt, closed.Version > open.Version));
    }

    [Fact]
    public void A_canary_keeps_a_version_from_being_listed_for_good_and_withdraws_a_listed_one()
    {
        var kit = ListingKit.Submitted();
        kit.Certify("h1");
        Assert.Equal("h1", kit.State!.ListedHash);
        var finding = new RoundFinding(RoundFinding.CanarySeen, FindingSeverity.Blocking, "orders.flag: note", "It came back.");
        var round = ListingKit.Round("h1", 15, 9, passed: false);

        kit.Do(round with { Round = round.Round with { Findings = [finding] } }, null, ActorRole.Platform);

        Assert.Null(kit.State.ListedHash);
        Assert.Equal(finding, Assert.Single(kit.State.Find("h1")!.RoundFindings));
        kit.Do(ListingKit.Round("h1", 18, 10), null, ActorRole.Platform);
        Assert.Null(kit.State.ListedHash);
    }

    [Fact]
    public void Rounds_are_as_far_apart_as_their_policy_says()
    {
        var kit = ListingKit.Submitted();
        kit.Now = ListingKit.Start.AddDays(2);
        for (var seed = 1; seed <= 3; seed++)
        {
            var start = ListingKit.Start.AddMinutes(10 * seed);
            var round = new SandboxRound($"r{seed}", seed, start, start.AddMinutes(5), true) { Spacing = TimeSpan.FromMinutes(5) };
            kit.Do(new ListingCommand.RecordRound("h1", round), null, ActorRole.Platform);
        }

        Assert.Equal(3, kit.State!.Versions[0].IndependentRounds);
    }

    [Fact]
    public void An_unused_scope_stays_a_finding_until_a_round_uses_it_and_the_newest_reason_counts()
    {
        var kit = ListingKit.Submitted();
        kit.Now = ListingKit.Start.AddDays(2);
        Record(2, 1, Unused("orders.flag", FindingSeverity.Review), Unused("orders.read", FindingSeverity.Review));
        Record(4, 2, Unused("orders.flag", FindingSeverity.Note));

        var finding = Assert.Single(kit.State!.Versions[0].RoundFindings);
        Assert.Equal(("orders.flag", FindingSeverity.Note), (finding.Subject, finding.Severity));

        void Record(int hours, long seed, params RoundFinding[] findings)
        {
            var round = ListingKit.Round("h1", hours, seed);
            kit.Do(round with { Round = round.Round with { Findings = [.. findings] } }, null, ActorRole.Platform);
        }

        static RoundFinding Unused(string scope, FindingSeverity severity) => new(RoundFinding.ScopeUnused, severity, scope, "why");
    }
}
