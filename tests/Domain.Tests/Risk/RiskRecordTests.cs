using System.Collections.Immutable;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Domain.Tests.Risk;

public sealed class RiskRecordTests
{
    [Fact]
    public void The_score_is_the_sum_of_weights_halved_with_every_half_life()
    {
        var kit = new RiskKit(RiskKit.Established, RiskKit.Purpose, RiskKit.NewVerb);
        kit.PatchFields("price");
        Assert.Equal((30m, 30m), (kit.Record.ScoreAt(kit.Now), kit.Last.ScoreThen));
        kit.Now = kit.Now.AddDays(30);
        Assert.Equal(15m, kit.Record.ScoreAt(kit.Now));
        kit.Try("orders.flag", "orders.flag", []);
        Assert.Equal((35m, 35m), (kit.Record.ScoreAt(kit.Now), kit.Last.ScoreThen));
        kit.Now = kit.Now.AddDays(30);
        Assert.Equal(17.5m, kit.Record.ScoreAt(kit.Now));
        Assert.Equal(50m, kit.Record.ScoreAt(RiskKit.Noon.AddDays(-1)));
    }

    [Fact]
    public void A_confirmation_takes_a_hold_off_the_score_a_rejection_doubles_it_and_a_reversal_takes_either_back()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.PatchFields("price");
        kit.Confirm("h1");
        Assert.Equal(0m, kit.Record.ScoreAt(kit.Now));
        kit.Reverse("h1");
        Assert.Equal(30m, kit.Record.ScoreAt(kit.Now));
        kit.PatchFields("price");
        kit.Reject("h2");
        Assert.Equal(90m, kit.Record.ScoreAt(kit.Now));
        kit.Reverse("h2");
        Assert.Equal(30m, kit.Record.ScoreAt(kit.Now));
    }

    [Fact]
    public void What_a_state_does_not_allow_is_refused_and_what_is_so_already_changes_nothing()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        Assert.Equal(RiskRefusals.HoldNotFoundCode, kit.Confirm("h1")?.Code);
        kit.PatchFields("price");
        Assert.Equal(RiskRefusals.HoldUndecidedCode, kit.Reverse("h1")?.Code);
        Assert.Null(kit.Confirm("h1"));
        Assert.Null(kit.Confirm("h1"));
        Assert.Equal(RiskRefusals.HoldDecidedCode, kit.Reject("h1")?.Code);
        Assert.Equal(2, kit.Facts);
        Assert.Null(kit.Reverse("h1"));
        Assert.Null(kit.Reverse("h1"));
        Assert.Equal(RiskRefusals.HoldDecidedCode, kit.Confirm("h1")?.Code);
        Assert.Equal(3, kit.Facts);
    }

    [Fact]
    public void Old_decided_holds_make_room_and_those_that_shut_or_clear_stay()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.Try("first", RiskKit.Products, ["price"]);
        kit.Reject("h1");
        for (var i = 2; i <= 300; i++)
        {
            Assert.Equal($"h{i}", kit.PatchFields("price"));
            kit.Confirm($"h{i}");
            kit.Now = kit.Now.AddHours(24);
        }

        Assert.Equal(RiskRecord.KeptHolds, kit.Record.Holds.Length);
        Assert.Equal("h1", kit.Try("first", RiskKit.Products, ["price"]));
        Assert.Equal(("h1", "h300"), (kit.Record.Holds[0].Id, kit.Last.Id));
        Assert.Equal(RiskKit.Flat(kit.Record), RiskKit.Flat(kit.Replayed));
    }

    [Fact]
    public void Rules_are_the_same_when_they_come_back_from_the_journal()
    {
        var read = RiskRuleSet.Decode(3, RiskRuleSet.Standard.Encode());
        Assert.Equal(3, read.Version);
        Assert.Equal(RiskRuleSet.Standard.Rules, read.Rules);
        Assert.Null(RiskRuleSet.Check(read.Rules));
    }

    public static TheoryData<string> WrongRules { get; } =
    [
        """{"id":"A","kind":"outside-purpose","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1}""",
        """{"id":"a","kind":"outside-purpose","mode":"off","weight":101,"half_life_days":1,"clearance_hours":1}""",
        """{"id":"a","kind":"outside-purpose","mode":"off","weight":1,"half_life_days":0,"clearance_hours":1}""",
        """{"id":"a","kind":"outside-purpose","mode":"off","weight":1,"half_life_days":1,"clearance_hours":8761}""",
        """{"id":"a","kind":"new-verb","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1,"baseline_days":36,"baseline_calls":1}""",
        """{"id":"a","kind":"new-verb","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1,"baseline_days":1}""",
        """{"id":"a","kind":"product-burst","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1,"scope":"s","window_seconds":60}""",
        """{"id":"a","kind":"product-burst","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1,"window_seconds":60,"threshold":1}""",
    ];

    [Theory]
    [MemberData(nameof(WrongRules))]
    public void A_rule_out_of_its_bounds_is_refused(string rule) =>
        Assert.Equal(
            RiskRefusals.RulesInvalidCode,
            RiskRuleSet.Check(RiskRuleSet.Decode(1, System.Text.Encoding.UTF8.GetBytes($"[{rule}]")).Rules)?.Code
        );

    [Fact]
    public void Rules_that_are_too_many_missing_or_twice_are_refused()
    {
        Assert.NotNull(RiskRuleSet.Check(default));
        Assert.NotNull(RiskRuleSet.Check([RiskKit.Purpose, RiskKit.Purpose]));
        Assert.NotNull(RiskRuleSet.Check([null!]));
        Assert.NotNull(
            RiskRuleSet.Check([.. Enumerable.Range(0, RiskRuleSet.MaxRules + 1).Select(i => RiskKit.Purpose with { Id = $"r{i}" })])
        );
        Assert.Null(RiskRuleSet.Check(ImmutableArray<RiskRule>.Empty));
    }
}
