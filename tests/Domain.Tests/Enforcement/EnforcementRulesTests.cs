using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Enforcement;

/// <summary>Who decides what against developers and plugins, and what the register makes of it.</summary>
public sealed class EnforcementRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 4, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 12, 1);
    private static readonly DeveloperId Developer = DeveloperId.Parse("lamp-works", null);
    private static readonly PluginId Plugin = PluginId.Parse("order-pilot", null);
    private static readonly ActorRole Person = ActorRole.Of(ActorRole.OperatorUserName);

    private EnforcementRegister _register = EnforcementRegister.Empty;

    [Fact]
    public void A_freeze_needs_two_persons_whichever_clients_they_use()
    {
        Do(new EnforcementCommand.Decide(Freeze), "center:ann", Person);

        Assert.Equal(EnforcementState.Proposed, _register.Actions[0].State);
        Assert.Null(_register.Actions[0].Notice);
        var confirm = new EnforcementCommand.Confirm(1, [Plugin]);
        Assert.Equal(EnforcementRefusals.SecondOperatorNeeded, Refused(confirm, "center:ann", Person));
        Assert.Equal(EnforcementRefusals.SecondOperatorNeeded, Refused(confirm, "another-client:ann", Person));
        Assert.Equal(EnforcementRefusals.PersonNeeded, Refused(confirm, "operators", ActorRole.Operator));

        Do(confirm, "center:bob", Person);

        var action = _register.Actions[0];
        Assert.Equal((EnforcementState.InForce, "MP-20261201-1", "center:bob"), (action.State, action.Notice, action.ConfirmedBy));
        Assert.Equal([Plugin], action.Grounds.Plugins);
        Assert.Equal(EnforcementRefusals.EnforcementStateConflict, Refused(confirm, "center:cam", Person));
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("operator-user")]
    public void What_is_no_freeze_is_in_force_at_once(string role)
    {
        Do(new EnforcementCommand.Decide(Delisting), "center:ann", ActorRole.Of(role));

        Assert.Equal((EnforcementState.InForce, "MP-20261201-1"), (_register.Actions[0].State, _register.Actions[0].Notice));
    }

    [Theory]
    [InlineData("seller-user:owner")]
    [InlineData("developer-user:owner")]
    [InlineData("business-reviewer-user")]
    [InlineData("platform")]
    [InlineData(null)]
    public void Only_operators_decide(string? role)
    {
        EnforcementCommand[] ofOperators =
        [
            new EnforcementCommand.Decide(Delisting),
            new EnforcementCommand.Decide(Freeze),
            new EnforcementCommand.Confirm(1, []),
            new EnforcementCommand.Withdraw(1),
            new EnforcementCommand.Lift(1, "x"),
            new EnforcementCommand.RejectAppeal(1, "x"),
        ];
        Assert.All(ofOperators, command => Assert.Equal("role-not-allowed", Refused(command, "center:ann", ActorRole.Of(role))));
    }

    [Fact]
    public void A_client_cannot_propose_a_freeze() =>
        Assert.Equal(EnforcementRefusals.PersonNeeded, Refused(new EnforcementCommand.Decide(Freeze), "operators", ActorRole.Operator));

    [Fact]
    public void Notices_are_numbered_by_day_and_the_same_action_is_not_taken_twice()
    {
        Do(new EnforcementCommand.Decide(Delisting), "center:ann", Person);
        Assert.Equal(EnforcementRefusals.EnforcementConflict, Refused(new EnforcementCommand.Decide(Delisting), "center:ann", Person));
        Do(new EnforcementCommand.Lift(1, "Corrected."), "center:bob", Person);
        Do(new EnforcementCommand.Decide(Delisting), "center:ann", Person);
        Do(new EnforcementCommand.Decide(Warning), "center:ann", Person, Today.AddDays(1));

        Assert.Equal(["MP-20261201-1", "MP-20261201-2", "MP-20261202-1"], _register.Actions.Select(action => action.Notice));
        Assert.Equal([EnforcementState.Lifted, EnforcementState.InForce, EnforcementState.InForce], _register.Actions.Select(a => a.State));
    }

    [Fact]
    public void Lifting_a_freeze_leaves_the_warning_that_was_there_before_it()
    {
        Do(new EnforcementCommand.Decide(Warning), "center:ann", Person);
        Do(new EnforcementCommand.Decide(Freeze), "center:ann", Person);
        Assert.Equal((DeveloperStanding.Warned, "MP-20261201-1"), _register.StandingOf(Developer));
        Do(new EnforcementCommand.Confirm(2, []), "center:bob", Person);
        Assert.Equal((DeveloperStanding.Frozen, "MP-20261201-2"), _register.StandingOf(Developer));

        Do(new EnforcementCommand.Lift(2, "Corrected."), "center:ann", Person);

        Assert.Equal((DeveloperStanding.Warned, "MP-20261201-1"), _register.StandingOf(Developer));
        Assert.Equal((DeveloperStanding.Active, null), _register.StandingOf(DeveloperId.Parse("another", null)));
    }

    [Fact]
    public void A_withdrawn_proposal_is_never_in_force()
    {
        Do(new EnforcementCommand.Decide(Freeze), "center:ann", Person);
        Do(new EnforcementCommand.Withdraw(1), "center:ann", Person);

        Assert.Equal(EnforcementRefusals.EnforcementStateConflict, Refused(new EnforcementCommand.Confirm(1, []), "center:bob", Person));
        Do(new EnforcementCommand.Decide(Freeze), "center:ann", Person);
    }

    [Fact]
    public void The_developers_own_persons_appeal_once_until_they_are_answered()
    {
        Do(new EnforcementCommand.Decide(Warning), "center:ann", Person);
        var appeal = new EnforcementCommand.Appeal(Developer, "MP-20261201-1", "It was a test.\nSee the log.");
        var owner = ActorRole.OfDeveloper(DeveloperRole.Owner);
        Assert.Equal(EnforcementRefusals.EnforcementNotFound, Refused(appeal, "center:eve", owner));
        Assert.Equal(EnforcementRefusals.EnforcementNotFound, Refused(appeal, "center:dev", ActorRole.OfDeveloper(DeveloperRole.Finance)));
        Assert.Equal(EnforcementRefusals.EnforcementNotFound, Refused(appeal with { Notice = "MP-20261201-2" }, "center:dev", owner));

        Do(appeal, "center:dev", owner);

        Assert.Equal(EnforcementRefusals.EnforcementStateConflict, Refused(appeal, "center:dev", owner));
        Do(new EnforcementCommand.RejectAppeal(1, "The log says otherwise."), "center:ann", Person);
        Assert.Equal("The log says otherwise.", _register.Actions[0].Appeal!.Answer);
        Do(appeal, "center:dev", owner);
        Assert.Null(_register.Actions[0].Appeal!.Answer);
    }

    [Fact]
    public void What_is_incomplete_is_refused()
    {
        var empty = new BilingualText("一", "");
        EnforcementGrounds[] incomplete =
        [
            Delisting with
            {
                Rule = "",
            },
            Delisting with
            {
                Rule = "Private Data",
            },
            Delisting with
            {
                Reason = empty,
            },
            Delisting with
            {
                Advice = empty,
            },
            Delisting with
            {
                Plugins = [],
            },
            Delisting with
            {
                Version = "hash",
            },
            Delisting with
            {
                Kind = EnforcementKind.VersionSuspension,
            },
            Freeze with
            {
                Developer = null,
            },
            Warning with
            {
                Version = "hash",
            },
        ];
        Assert.All(incomplete, grounds =>
            Assert.Equal(EnforcementRefusals.EnforcementInvalid, Refused(new EnforcementCommand.Decide(grounds), "center:ann", Person))
        );
        Assert.Equal(EnforcementRefusals.EnforcementNotFound, Refused(new EnforcementCommand.Lift(1, "x"), "center:ann", Person));
    }

    [Fact]
    public void A_block_of_a_version_stops_that_version_only_and_the_gravest_block_is_named()
    {
        ImmutableArray<PluginBlock> blocks =
        [
            new("MP-1", PluginBlockKind.VersionSuspended, "one", Now),
            new("MP-2", PluginBlockKind.Delisted, null, Now),
        ];

        Assert.Equal("MP-2", PluginBlocks.InForce(blocks, "one")!.Notice);
        Assert.Equal("MP-1", PluginBlocks.InForce([blocks[0]], "one")!.Notice);
        Assert.Null(PluginBlocks.InForce([blocks[0]], "two"));
        Assert.Null(PluginBlocks.InForce([], "one"));
    }

    private static EnforcementGrounds Freeze =>
        new(
            EnforcementKind.Freeze,
            Developer,
            [Plugin],
            null,
            "private-data",
            new BilingualText("原因", "Reason"),
            new BilingualText("建议", "Advice"),
            "access-2026-12"
        );

    private static EnforcementGrounds Warning => Freeze with { Kind = EnforcementKind.Warning, Plugins = [] };

    private static EnforcementGrounds Delisting => Freeze with { Kind = EnforcementKind.Delisting };

    private void Do(EnforcementCommand command, string actor, ActorRole role, DateOnly? today = null)
    {
        var done = Decide(command, actor, role, today);
        Assert.Null(done.Refusal);

        // Through the journal's form, so that what is written is what is read.
        _register = done.Value.Aggregate(_register, (before, @event) =>
            before.After(EnforcementEvent.Decode(@event.Type, @event.Encode()), Now, ActorId.Parse(actor))
        );
    }

    private string? Refused(EnforcementCommand command, string actor, ActorRole role) => Decide(command, actor, role).Refusal?.Code;

    private Outcome<ImmutableArray<EnforcementEvent>> Decide(
        EnforcementCommand command,
        string actor,
        ActorRole role,
        DateOnly? today = null
    )
    {
        var members = ImmutableSortedDictionary<string, DeveloperRole>.Empty.Add("dev", DeveloperRole.Owner);
        var contacts = new DeveloperContacts("a@b.example", null);
        var developer = new Developer(Developer, null, contacts, "2026-01", DeveloperStanding.Active, null, members, Now, 1);
        return EnforcementRules.Decide(
            _register,
            command,
            new EnforcementRuling(Now, today ?? Today, ActorId.Parse(actor), role, developer)
        );
    }
}
