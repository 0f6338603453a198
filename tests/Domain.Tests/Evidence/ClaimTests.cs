using CsCheck;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Xunit;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>The life of a claim under the plugin service agreement (R66).</summary>
public sealed class ClaimTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);

    private static readonly ClaimGrounds Grounds = new(
        "shop-1/label-printer",
        "order-77",
        new string('b', 64),
        EvidenceParty.Plugin,
        EvidenceCauses.EventRefused,
        "2026-01",
        new string('a', 64),
        true,
        120.50m,
        "订单丢失"
    );

    private static readonly Gen<ClaimCommand> Commands = Gen.OneOf<ClaimCommand>(
        Gen.Decimal[1, 999].Select(amount => (ClaimCommand)new ClaimCommand.File(Grounds with { AmountCny = decimal.Round(amount, 2) })),
        Gen.Const<ClaimCommand>(new ClaimCommand.Withdraw(null)),
        Gen.Const<ClaimCommand>(new ClaimCommand.Answer("已核实")),
        Gen.Int[1, ClaimRules.MaxExtensionDays].Select(days => (ClaimCommand)new ClaimCommand.Extend(days, "carrier's log")),
        Gen.Const<ClaimCommand>(new ClaimCommand.Accept("evidence")),
        Gen.Const<ClaimCommand>(new ClaimCommand.Reject("no evidence")),
        Gen.Const<ClaimCommand>(new ClaimCommand.Reopen("new facts")),
        Gen.Decimal[1, 999].Select(amount => (ClaimCommand)new ClaimCommand.Settle(decimal.Round(amount, 2), "T-1"))
    );

    [Fact]
    public void A_claim_goes_from_filing_over_answer_and_acceptance_to_settlement()
    {
        var claim = Run(
            new ClaimCommand.File(Grounds),
            new ClaimCommand.Answer("yes"),
            new ClaimCommand.Accept("the log shows it"),
            new ClaimCommand.Settle(100m, "T-1")
        )!;

        Assert.Equal(
            (ClaimState.Settled, 100m, "T-1", "yes", 4),
            (claim.State, claim.SettledCny, claim.SettlementReference, claim.Answer, claim.Version)
        );
        Assert.Empty(ClaimRules.Allowed(claim));
    }

    [Fact]
    public void A_rejection_is_looked_at_again_once()
    {
        var claim = Run(
            new ClaimCommand.File(Grounds),
            new ClaimCommand.Reject("no"),
            new ClaimCommand.Reopen("look"),
            new ClaimCommand.Reject("no")
        );

        Assert.Equal(ClaimRefusals.ClaimStateConflict, ClaimRules.Decide(claim, new ClaimCommand.Reopen("look"), Now).Refusal!.Code);
        Assert.Empty(ClaimRules.Allowed(claim!));
    }

    [Fact]
    public void The_operator_gives_the_developer_more_time_once_for_each_time_it_is_asked()
    {
        var due = Now + ClaimRules.AnswerTime;
        var extend = new ClaimCommand.Extend(3, "carrier's log");
        var extended = Run(new ClaimCommand.File(Grounds), extend)!;

        Assert.Equal((ClaimState.Filed, due.AddDays(3)), (extended.State, extended.AnswerDueAt));
        Assert.DoesNotContain("extend", ClaimRules.Allowed(extended));
        Assert.Equal(ClaimRefusals.ClaimStateConflict, ClaimRules.Decide(extended, extend, Now).Refusal!.Code);
        Assert.True(ClaimRules.Decide(extended, new ClaimCommand.Answer("late"), due.AddDays(3)).Succeeded);
        Assert.False(ClaimRules.Decide(extended, new ClaimCommand.Answer("later"), due.AddDays(3).AddTicks(1)).Succeeded);

        var reopened = Run(new ClaimCommand.File(Grounds), extend, new ClaimCommand.Reject("no"), new ClaimCommand.Reopen("look"))!;
        Assert.Equal(due, reopened.AnswerDueAt);
        Assert.True(ClaimRules.Decide(reopened, extend, Now).Succeeded);
    }

    [Fact]
    public void A_deadline_that_has_passed_is_extended_from_now()
    {
        var late = Now + ClaimRules.AnswerTime + TimeSpan.FromDays(30);
        var filed = Run(new ClaimCommand.File(Grounds));

        var extended = (ClaimEvent.ClaimAnswerExtended)ClaimRules.Decide(filed, new ClaimCommand.Extend(2, "log"), late).Value.Single();

        Assert.Equal(late.AddDays(2), extended.DueAt);
    }

    [Theory]
    [InlineData(0, "log")]
    [InlineData(-1, "log")]
    [InlineData(15, "log")]
    [InlineData(3, "")]
    [InlineData(3, "write to wang@example.com")]
    public void An_extension_is_1_to_14_days_with_a_reason(int days, string reason) =>
        Assert.Equal(
            ClaimRefusals.ClaimInvalid,
            ClaimRules.Decide(Run(new ClaimCommand.File(Grounds)), new ClaimCommand.Extend(days, reason), Now).Refusal!.Code
        );

    [Fact]
    public void An_order_is_claimed_once_and_again_only_after_withdrawing()
    {
        var filed = Run(new ClaimCommand.File(Grounds));
        var again = new ClaimCommand.File(Grounds with { AmountCny = 7m });

        Assert.Equal(ClaimRefusals.ClaimExists, ClaimRules.Decide(filed, again, Now).Refusal!.Code);
        Assert.Equal(
            (ClaimState.Filed, 7m),
            Run(new ClaimCommand.File(Grounds), new ClaimCommand.Withdraw(null), again) is { } claim
                ? (claim.State, claim.Grounds.AmountCny)
                : default
        );
        Assert.Equal(
            ClaimIds.Of(InstallationId.Parse(Grounds.Installation, null), "order-77"),
            ClaimIds.Of(InstallationId.Parse("shop-1/label-printer", null), "order-77")
        );
        Assert.True(ClaimIds.IsValid(ClaimIds.Of(InstallationId.Parse(Grounds.Installation, null), "o")));
        Assert.False(ClaimIds.IsValid("c12"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.001)]
    [InlineData(10_000_000.01)]
    public void An_amount_is_more_than_nothing_with_two_decimals(double amount) =>
        Assert.Equal(
            ClaimRefusals.ClaimInvalid,
            ClaimRules.Decide(null, new ClaimCommand.File(Grounds with { AmountCny = (decimal)amount }), Now).Refusal!.Code
        );

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("call +86 138 0013 8000")]
    [InlineData("write to wang@example.com")]
    public void A_reason_is_short_one_line_and_without_a_buyers_data(string reason)
    {
        var filed = Run(new ClaimCommand.File(Grounds));

        Assert.Equal(
            ClaimRefusals.ClaimInvalid,
            ClaimRules.Decide(null, new ClaimCommand.File(Grounds with { Reason = reason }), Now).Refusal!.Code
        );
        Assert.Equal(ClaimRefusals.ClaimInvalid, ClaimRules.Decide(filed, new ClaimCommand.Reject(reason), Now).Refusal!.Code);
        Assert.Equal(ClaimRefusals.ClaimInvalid, ClaimRules.Decide(filed, new ClaimCommand.Withdraw(reason), Now).Refusal!.Code);
    }

    [Theory]
    [InlineData(EvidenceParty.Plugin, null)]
    [InlineData(EvidenceParty.Platform, null)]
    [InlineData(EvidenceParty.Receiver, null)]
    [InlineData(EvidenceParty.SellerSetting, ClaimRefusals.VerdictNotClaimable)]
    [InlineData(EvidenceParty.Open, ClaimRefusals.VerdictNotClaimable)]
    [InlineData(EvidenceParty.None, ClaimRefusals.VerdictNotClaimable)]
    public void A_claim_needs_a_final_verdict_against_plugin_or_platform(EvidenceParty party, string? code) =>
        Assert.Equal(code, ClaimRules.Decide(null, new ClaimCommand.File(Grounds with { Party = party }), Now).Refusal?.Code);

    [Theory]
    [InlineData(120.50, null)]
    [InlineData(120.49, ClaimRefusals.ClaimInvalid)]
    public void Nobody_claims_more_than_the_order_is_worth(double total, string? code) =>
        Assert.Equal(code, ClaimRules.Decide(null, new ClaimCommand.File(Grounds) { OrderTotal = (decimal)total }, Now).Refusal?.Code);

    [Fact]
    public void The_developer_answers_within_its_time()
    {
        var filed = Run(new ClaimCommand.File(Grounds))!;
        var answer = new ClaimCommand.Answer("已核实");

        Assert.Equal(Now + ClaimRules.AnswerTime, filed.AnswerDueAt);
        Assert.Null(ClaimRules.Decide(filed, answer, filed.AnswerDueAt).Refusal);
        Assert.Equal(ClaimRefusals.ClaimStateConflict, ClaimRules.Decide(filed, answer, filed.AnswerDueAt.AddTicks(1)).Refusal!.Code);
    }

    [Fact]
    public void Every_fact_names_the_installation_that_is_to_be_told() =>
        Assert.All(
            [new ClaimCommand.Answer("a"), new ClaimCommand.Accept("a"), new ClaimCommand.Reject("r"), new ClaimCommand.Withdraw(null)],
            (ClaimCommand command) =>
                Assert.Equal(
                    Grounds.Installation,
                    ClaimRules.Decide(Run(new ClaimCommand.File(Grounds)), command, Now).Value.Single().Installation
                )
        );

    [Fact]
    public void Nobody_is_paid_more_than_was_claimed() =>
        Assert.Equal(
            ClaimRefusals.ClaimInvalid,
            ClaimRules
                .Decide(Run(new ClaimCommand.File(Grounds), new ClaimCommand.Accept("yes")), new ClaimCommand.Settle(120.51m, "T-1"), Now)
                .Refusal!.Code
        );

    [Fact]
    public void No_sequence_of_commands_settles_what_was_not_accepted_before() =>
        Commands
            .List[0, 15]
            .Sample(commands =>
            {
                Claim? claim = null;
                var accepted = false;
                foreach (var command in commands)
                {
                    var before = claim;
                    var decision = ClaimRules.Decide(claim, command, Now);
                    var allowed = before is null
                        ? command is ClaimCommand.File
                        : ClaimRules.Allowed(before).Contains(NameOf(command))
                            || (command, before.State) is (ClaimCommand.Withdraw, ClaimState.Withdrawn);
                    // An amount above the claimed one is refused in any state.
                    Assert.True(decision.Succeeded == allowed || command is ClaimCommand.Settle);
                    foreach (var @event in decision.Succeeded ? decision.Value : [])
                    {
                        claim = Claim.Evolve(claim, @event, Now);
                        accepted = @event switch
                        {
                            ClaimEvent.ClaimAccepted => true,
                            ClaimEvent.ClaimFiled => false,
                            _ => accepted,
                        };
                    }

                    Assert.True(claim?.State is not ClaimState.Settled || accepted);
                    Assert.True(claim?.SettledCny is null || claim.SettledCny <= claim.Grounds.AmountCny);
                }

                return true;
            });

    [Fact]
    public void A_claim_read_again_from_its_facts_is_the_claim_as_it_was() =>
        Commands
            .List[0, 15]
            .Sample(commands =>
            {
                Claim? live = null;
                Claim? replayed = null;
                foreach (
                    var @event in commands
                        .SelectMany(command =>
                            ClaimRules.Decide(live, command, Now) is { Succeeded: true } decision ? Fold(decision.Value, ref live) : []
                        )
                        .ToList()
                )
                {
                    replayed = Claim.Evolve(replayed, ClaimEvent.Decode(@event.Type, @event.Encode()), Now);
                }

                return live == replayed;
            });

    [Fact]
    public void Two_commands_have_one_fingerprint_only_if_they_are_the_same() =>
        Gen.Select(Commands, Commands).Sample((one, other) => (one == other) == (one.Fingerprint == other.Fingerprint));

    private static string NameOf(ClaimCommand command) => command.GetType().Name.ToLowerInvariant();

    private static IReadOnlyList<ClaimEvent> Fold(IReadOnlyList<ClaimEvent> events, ref Claim? claim)
    {
        foreach (var @event in events)
        {
            claim = Claim.Evolve(claim, @event, Now);
        }

        return events;
    }

    private static Claim? Run(params ClaimCommand[] commands)
    {
        Claim? claim = null;
        foreach (var command in commands)
        {
            var decision = ClaimRules.Decide(claim, command, Now);
            Assert.Null(decision.Refusal);
            Fold(decision.Value, ref claim);
        }

        return claim;
    }
}
