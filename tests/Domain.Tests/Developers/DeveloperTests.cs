using System.Collections.Immutable;
using CsCheck;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Developers;

public class DeveloperTests
{
    private static readonly DeveloperId Id = DeveloperId.Parse("lamp-works", null);
    private static readonly DateTimeOffset Friday = new(2026, 11, 27, 7, 0, 0, TimeSpan.Zero);
    private static readonly Company Company = new(Licence.Parse("91350100M000100Y43", null), "Lamp Works");
    private static readonly DeveloperContacts Contacts = new("plugins@lamp.example", null);
    private static readonly ActorRole Owner = ActorRole.OfDeveloper(DeveloperRole.Owner);
    private static readonly ActorRole Operator = ActorRole.Of(ActorRole.OperatorUserName);
    private static readonly ActorRole Reviewer = ActorRole.Of(ActorRole.EntityReviewerUserName);

    private Developer? _state;

    [Fact]
    public void Who_signs_up_is_the_owner_and_the_company_is_due_after_two_working_days()
    {
        SignUp();

        Assert.Equal(DeveloperRole.Owner, _state!.RoleOf("ann"));
        Assert.Equal((CompanyState.Submitted, Friday.AddDays(4)), (_state.Check!.State, _state.Check.DueAt.ToUniversalTime()));
        Assert.True(_state.HasWork);
        Assert.Equal(2, _state.Version);
        Assert.Equal(DeveloperRefusals.DeveloperExists, Refused(SignUpCommand, "ann", Owner));
    }

    [Theory]
    [InlineData("developer-user:developer")]
    [InlineData("developer-user:finance")]
    [InlineData("developer-user")]
    [InlineData("operator")]
    [InlineData("seller-user:owner")]
    [InlineData(null)]
    public void Only_an_owner_signs_up(string? role) => Assert.Equal("role-not-allowed", Refused(SignUpCommand, "ann", ActorRole.Of(role)));

    [Fact]
    public void A_client_without_a_person_does_not_sign_up() =>
        Assert.Equal("role-not-allowed", Decide(SignUpCommand, ActorId.Parse("center"), Owner).Refusal?.Code);

    [Fact]
    public void A_token_alone_gives_no_power_over_a_developer_that_does_not_list_the_person()
    {
        SignUp();
        Assert.Equal(
            DeveloperRefusals.DeveloperNotFound,
            Refused(new DeveloperCommand.ChangeContacts(new("x@y.example", null)), "bob", Owner)
        );

        Do(new DeveloperCommand.SetMember("bob", DeveloperRole.Developer), "ann", Owner);

        Assert.Equal("role-not-allowed", Refused(new DeveloperCommand.RemoveMember("ann"), "bob", Owner));
        Assert.Equal(
            "role-not-allowed",
            Refused(new DeveloperCommand.RemoveMember("bob"), "ann", ActorRole.OfDeveloper(DeveloperRole.Developer))
        );
    }

    [Fact]
    public void The_last_owner_stays()
    {
        SignUp();
        Assert.Equal(DeveloperRefusals.OwnerNeededCode, Refused(new DeveloperCommand.RemoveMember("ann"), "ann", Owner));
        Assert.Equal(
            DeveloperRefusals.OwnerNeededCode,
            Refused(new DeveloperCommand.SetMember("ann", DeveloperRole.Finance), "ann", Owner)
        );

        Do(new DeveloperCommand.SetMember("bob", DeveloperRole.Owner), "ann", Owner);
        Do(new DeveloperCommand.RemoveMember("ann"), "ann", Owner);

        Assert.Null(_state!.RoleOf("ann"));
        Assert.Equal(DeveloperRefusals.DeveloperNotFound, Refused(new DeveloperCommand.RemoveMember("bob"), "ann", Owner));
    }

    [Fact]
    public void A_rejected_company_is_submitted_again_and_a_decision_is_taken_once()
    {
        SignUp();
        Assert.Equal(DeveloperRefusals.DeveloperCheckOpen, Refused(new DeveloperCommand.SubmitCompany(Company), "ann", Owner));
        Do(new DeveloperCommand.RejectCompany("Illegible.", Company), "eve", Reviewer);
        Assert.Equal((CompanyState.Rejected, "Illegible."), (_state!.Check!.State, _state.Check.Reason));
        Assert.Equal(DeveloperRefusals.DeveloperNotUnderCheck, Refused(new DeveloperCommand.ApproveCompany(Company), "eve", Reviewer));

        Do(new DeveloperCommand.SubmitCompany(Company), "ann", Owner);
        Do(new DeveloperCommand.ApproveCompany(Company), "eve", Operator);

        Assert.True(_state.IsVerified);
        Assert.Null(_state.Check!.Reason);
        Assert.Equal("center:eve", _state.Check.DecidedBy);
    }

    [Fact]
    public void A_company_that_was_submitted_after_the_one_that_was_read_is_not_decided()
    {
        SignUp();
        Do(new DeveloperCommand.RejectCompany("Illegible.", Company), "eve", Reviewer);
        var other = Company with { Name = "Other Works" };
        Do(new DeveloperCommand.SubmitCompany(other), "ann", Owner);

        Assert.Equal(DeveloperRefusals.DeveloperNotUnderCheck, Refused(new DeveloperCommand.ApproveCompany(Company), "eve", Reviewer));
        Assert.Equal(DeveloperRefusals.DeveloperNotUnderCheck, Refused(new DeveloperCommand.RejectCompany("x", Company), "eve", Reviewer));
        Assert.NotEqual(new DeveloperCommand.ApproveCompany(Company).Fingerprint, new DeveloperCommand.ApproveCompany(other).Fingerprint);

        Do(new DeveloperCommand.ApproveCompany(other), "eve", Reviewer);
        Assert.Equal((other, true), (_state!.Check!.Company, _state.IsVerified));
    }

    [Fact]
    public void A_refusal_names_the_bodys_member()
    {
        SignUp();
        var accept = Decide(_state, new DeveloperCommand.AcceptAgreement(string.Empty), "ann", Owner).Refusal;
        Assert.StartsWith("version must be", accept!.Reason, StringComparison.Ordinal);
        var signUp = Decide(null, SignUpCommand with { Agreement = string.Empty }, "ann", Owner).Refusal;
        Assert.StartsWith("agreement must be", signUp!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_staff_decides_about_company_and_standing()
    {
        SignUp();
        DeveloperCommand[] ofStaff =
        [
            new DeveloperCommand.ApproveCompany(Company),
            new DeveloperCommand.RejectCompany("x", Company),
            new DeveloperCommand.SetStanding(DeveloperStanding.Frozen, "x"),
        ];
        Assert.All(ofStaff, command => Assert.Equal("role-not-allowed", Refused(command, "ann", Owner)));
        Assert.Equal("role-not-allowed", Refused(new DeveloperCommand.SetStanding(DeveloperStanding.Frozen, "x"), "eve", Operator));
    }

    [Fact]
    public void A_standing_is_what_the_register_of_enforcement_says()
    {
        SignUp();
        Do(new DeveloperCommand.SetStanding(DeveloperStanding.Warned, "MP-1"), "marketplace", ActorRole.Platform);
        Do(new DeveloperCommand.SetStanding(DeveloperStanding.Frozen, "MP-2"), "marketplace", ActorRole.Platform);
        Assert.Equal((DeveloperStanding.Frozen, "MP-2"), (_state!.Standing, _state.StandingReason));
        Do(new DeveloperCommand.SetStanding(DeveloperStanding.Warned, "MP-1"), "marketplace", ActorRole.Platform);
        Assert.Equal((DeveloperStanding.Warned, "MP-1"), (_state.Standing, _state.StandingReason));
        Do(new DeveloperCommand.SetStanding(DeveloperStanding.Active, "MP-1"), "marketplace", ActorRole.Platform);
        Assert.Equal((DeveloperStanding.Active, null), (_state.Standing, _state.StandingReason));
        Assert.Empty(Decide(_state, new DeveloperCommand.SetStanding(DeveloperStanding.Active, "MP-1"), "x", ActorRole.Platform).Value);
    }

    [Theory]
    [InlineData("", "a@b")]
    [InlineData("Lamp\n", "a@b")]
    [InlineData("Lamp", "")]
    [InlineData("Lamp", "a@")]
    [InlineData("Lamp", "a@b@c")]
    public void What_is_out_of_bounds_is_refused(string name, string email) =>
        Assert.Equal(
            DeveloperRefusals.DeveloperInvalid,
            Refused(new DeveloperCommand.SignUp(Company with { Name = name }, new(email, null), "2026-01"), "ann", Owner)
        );

    [Fact]
    public void Whatever_its_persons_do_a_developer_keeps_an_owner() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3])
            .Array[1, 40]
            .Sample(steps =>
            {
                string[] people = ["ann", "bob", "cid", "dan"];
                var state = Fold(null, Decide(null, SignUpCommand, "ann", Owner).Value);
                foreach (var (by, about, what) in steps)
                {
                    DeveloperCommand command =
                        what == 3
                            ? new DeveloperCommand.RemoveMember(people[about])
                            : new DeveloperCommand.SetMember(people[about], (DeveloperRole)what);
                    var done = Decide(state, command, people[by], Owner);
                    Assert.True(done.Refusal is not null || state!.RoleOf(people[by]) == DeveloperRole.Owner);
                    state = Fold(state, done.Value.IsDefault ? [] : done.Value);
                    Assert.Contains(DeveloperRole.Owner, state!.Members.Values);
                }
            });

    private static DeveloperCommand.SignUp SignUpCommand => new(Company, Contacts, "2026-01");

    private void SignUp() => Do(SignUpCommand, "ann", Owner);

    private void Do(DeveloperCommand command, string person, ActorRole role)
    {
        var done = Decide(_state, command, person, role);
        Assert.Null(done.Refusal);
        _state = Fold(_state, done.Value);
    }

    private string? Refused(DeveloperCommand command, string person, ActorRole role) => Decide(_state, command, person, role).Refusal?.Code;

    private Outcome<ImmutableArray<DeveloperEvent>> Decide(DeveloperCommand command, ActorId by, ActorRole role) =>
        DeveloperRules.Decide(_state, command, new DeveloperRuling(Friday, by, role, WorkingDays.Published, WorkingDays.Days(2)));

    private static Outcome<ImmutableArray<DeveloperEvent>> Decide(
        Developer? state,
        DeveloperCommand command,
        string person,
        ActorRole role
    ) =>
        DeveloperRules.Decide(
            state,
            command,
            new DeveloperRuling(Friday, ActorId.OfUser("center", person), role, WorkingDays.Published, WorkingDays.Days(2))
        );

    // Through the journal's form, so that what is written is what is read.
    private static Developer? Fold(Developer? state, ImmutableArray<DeveloperEvent> events) =>
        events.Aggregate(state, (before, @event) =>
            Developer.Evolve(Id, before, DeveloperEvent.Decode(@event.Type, @event.Encode()), Friday)
        );
}
