using System.Collections.Immutable;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Policies;
using Marketplace.Sellers;

namespace Marketplace.Developers;

/// <summary>What a decision about a developer depends on besides its state.</summary>
/// <param name="Now">The instant of the decision.</param>
/// <param name="By">Who gives the command.</param>
/// <param name="Role">In which role; the default may do nothing.</param>
/// <param name="WorkingDays">The calendar of due times.</param>
/// <param name="Term">The working time that an entity check may take.</param>
public sealed record DeveloperRuling(DateTimeOffset Now, ActorId By, ActorRole Role, WorkingDays WorkingDays, TimeSpan Term)
{
    /// <summary>The versions of the service agreement that can be accepted; empty while none was published, and then any can.</summary>
    public ImmutableArray<string> Agreements { get; init; } = [];

    /// <summary>The signed-in person; null for a client.</summary>
    public string? Person => By.Value.Split(':', 2) is [_, var person] ? person : null;
}

/// <summary>
/// Decides commands of developers. A developer's person acts with the role in its token only while the developer lists it as a member with
/// that role: neither a stale token nor the issuer alone gives power.
/// </summary>
public static class DeveloperRules
{
    /// <summary>Maximum number of members.</summary>
    public const int MaxMembers = 200;

    private const int MaxName = 200;
    private const int MaxEmail = 254;
    private const int MaxPhone = 32;
    private const int MaxUser = 128;
    private const int MaxText = 500;
    private const int MaxVersion = 64;

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    public static Outcome<ImmutableArray<DeveloperEvent>> Decide(Developer? state, DeveloperCommand command, DeveloperRuling ruling)
    {
        if ((Forbids(state, command, ruling) ?? Invalid(command)) is { } refusal)
        {
            return refusal;
        }

        if (command is DeveloperCommand.SignUp signUp)
        {
            return state is not null ? DeveloperRefusals.Exists()
                : NotInForce(signUp.Agreement, ruling) is { } notInForce ? notInForce
                : SignUp(signUp, ruling);
        }

        return state is null ? DeveloperRefusals.NotFound() : DecideExisting(state, command, ruling);
    }

    private static Outcome<ImmutableArray<DeveloperEvent>> DecideExisting(
        Developer state,
        DeveloperCommand command,
        DeveloperRuling ruling
    ) =>
        command switch
        {
            DeveloperCommand.SubmitCompany submit => SubmitCompany(state, submit.Company, ruling),
            DeveloperCommand.ChangeContacts change => state.Contacts == change.Contacts
                ? Nothing
                : One(new DeveloperEvent.ContactsChanged(change.Contacts.Email, change.Contacts.Phone)),
            DeveloperCommand.AcceptAgreement accept => state.Agreement == accept.Version ? Nothing
            : NotInForce(accept.Version, ruling) is { } notInForce ? notInForce
            : One(new DeveloperEvent.AgreementAccepted(accept.Version)),
            DeveloperCommand.SetMember set => SetMember(state, set),
            DeveloperCommand.RemoveMember remove => RemoveMember(state, remove.User),
            DeveloperCommand.ApproveCompany approve => Decide(state, approve.Company, new DeveloperEvent.CompanyApproved(ruling.By.Value)),
            DeveloperCommand.RejectCompany reject => Decide(
                state,
                reject.Company,
                new DeveloperEvent.CompanyRejected(ruling.By.Value, reject.Reason)
            ),
            DeveloperCommand.SetStanding set => SetStanding(state, set),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    private static Refusal? Forbids(Developer? state, DeveloperCommand command, DeveloperRuling ruling) =>
        command switch
        {
            DeveloperCommand.SignUp => ruling is { Role.DeveloperUser: DeveloperRole.Owner, Person: not null } ? null : OwnerOnly(),
            DeveloperCommand.SubmitCompany
            or DeveloperCommand.ChangeContacts
            or DeveloperCommand.AcceptAgreement
            or DeveloperCommand.SetMember
            or DeveloperCommand.RemoveMember => ForbidsChange(state, ruling),
            DeveloperCommand.ApproveCompany or DeveloperCommand.RejectCompany => ruling.Role.IsOperator || ruling.Role.IsEntityReviewer
                ? null
                : SellerRefusals.RoleForbids(ActorRole.EntityReviewerName, ActorRole.OperatorName),
            DeveloperCommand.SetStanding => ruling.Role == ActorRole.Platform ? null : SellerRefusals.RoleForbids(ActorRole.PlatformName),
            _ => throw new InvalidOperationException($"No role for {command.GetType().Name}."),
        };

    // As for reading, there is no such developer for a person who is none of its members.
    private static Refusal? ForbidsChange(Developer? state, DeveloperRuling ruling) =>
        ruling.Role.DeveloperUser is not { } role ? OwnerOnly()
        : state?.RoleOf(ruling.Person) is not { } listed ? DeveloperRefusals.NotFound()
        : role == DeveloperRole.Owner && listed == DeveloperRole.Owner ? null
        : OwnerOnly();

    private static Refusal OwnerOnly() => SellerRefusals.RoleForbids($"{ActorRole.DeveloperUserName}:{DeveloperRole.Owner.Text()}");

    private static Refusal? Invalid(DeveloperCommand command) =>
        command switch
        {
            DeveloperCommand.SignUp signUp => Check(signUp.Company)
                ?? Check(signUp.Contacts)
                ?? CheckVersion("agreement", signUp.Agreement),
            DeveloperCommand.SubmitCompany submit => Check(submit.Company),
            DeveloperCommand.ChangeContacts change => Check(change.Contacts),
            DeveloperCommand.AcceptAgreement accept => CheckVersion("version", accept.Version),
            DeveloperCommand.SetMember set => IsText(set.User, MaxUser) && !set.User.Contains(':', StringComparison.Ordinal)
                ? null
                : DeveloperRefusals.Invalid("user", $"1 to {MaxUser} printable characters without a colon"),
            DeveloperCommand.ApproveCompany approve => Check(approve.Company),
            DeveloperCommand.RejectCompany reject => Check(reject.Company) ?? CheckReason(reject.Reason),
            DeveloperCommand.SetStanding set => CheckReason(set.Reason),
            _ => null,
        };

    private static Refusal? Check(Company company) =>
        IsText(company.Name, MaxName) ? null : DeveloperRefusals.Invalid("company", $"1 to {MaxName} printable characters");

    private static Refusal? Check(DeveloperContacts contacts) =>
        !(IsText(contacts.Email, MaxEmail) && contacts.Email.Split('@') is [{ Length: > 0 }, { Length: > 0 }])
            ? DeveloperRefusals.Invalid("email", "an address with one @")
        : contacts.Phone is null || IsText(contacts.Phone, MaxPhone) ? null
        : DeveloperRefusals.Invalid("phone", $"1 to {MaxPhone} printable characters");

    /// <param name="member">The body's member, which the commands name differently.</param>
    /// <param name="version">A version of the service agreement.</param>
    private static Refusal? CheckVersion(string member, string version) =>
        IsText(version, MaxVersion) ? null : DeveloperRefusals.Invalid(member, $"1 to {MaxVersion} printable characters");

    private static Refusal? NotInForce(string agreement, DeveloperRuling ruling) =>
        ruling.Agreements.IsEmpty || ruling.Agreements.Contains(agreement) ? null : PolicyRefusals.NotInForce(ruling.Agreements);

    private static Refusal? CheckReason(string reason) =>
        IsText(reason, MaxText) ? null : DeveloperRefusals.Invalid("reason", $"1 to {MaxText} printable characters");

    private static bool IsText(string? text, int max) => text is { Length: > 0 } && text.Length <= max && !text.Any(char.IsControl);

    private static Outcome<ImmutableArray<DeveloperEvent>> SignUp(DeveloperCommand.SignUp command, DeveloperRuling ruling) =>
        ImmutableArray.Create<DeveloperEvent>(
            new DeveloperEvent.SignedUp(ruling.Person!, command.Contacts.Email, command.Contacts.Phone, command.Agreement),
            Submitted(command.Company, ruling)
        );

    private static Outcome<ImmutableArray<DeveloperEvent>> SubmitCompany(Developer state, Company company, DeveloperRuling ruling) =>
        state.HasWork ? DeveloperRefusals.CheckOpen(state.Check!.DueAt)
        : state.IsVerified && state.Check!.Company == company ? Nothing
        : One(Submitted(company, ruling));

    // While a reviewer reads, the company can be decided by another one and submitted again as a different company.
    private static Outcome<ImmutableArray<DeveloperEvent>> Decide(Developer state, Company seen, DeveloperEvent decision) =>
        !state.HasWork ? DeveloperRefusals.NothingToCheck()
        : state.Check!.Company != seen ? DeveloperRefusals.OtherCompanyToCheck()
        : One(decision);

    private static DeveloperEvent.CompanySubmitted Submitted(Company company, DeveloperRuling ruling) =>
        new(company.Licence.Value, company.Name, ruling.WorkingDays.Add(ruling.Now, ruling.Term));

    private static Outcome<ImmutableArray<DeveloperEvent>> SetMember(Developer state, DeveloperCommand.SetMember command) =>
        state.RoleOf(command.User) == command.Role ? Nothing
        : IsLastOwner(state, command.User) ? DeveloperRefusals.OwnerNeeded()
        : state.Members.Count >= MaxMembers && !state.Members.ContainsKey(command.User) ? DeveloperRefusals.TooManyMembers(MaxMembers)
        : One(new DeveloperEvent.MemberSet(command.User, command.Role.Text()));

    private static Outcome<ImmutableArray<DeveloperEvent>> SetStanding(Developer state, DeveloperCommand.SetStanding command) =>
        state.Standing == command.Standing && (command.Standing == DeveloperStanding.Active || state.StandingReason == command.Reason)
            ? Nothing
            : command.Standing switch
            {
                DeveloperStanding.Active => One(new DeveloperEvent.Restored(command.Reason)),
                DeveloperStanding.Warned => One(new DeveloperEvent.Warned(command.Reason)),
                DeveloperStanding.Frozen => One(new DeveloperEvent.Frozen(command.Reason)),
                _ => throw new InvalidOperationException($"No event for {command.Standing}."),
            };

    private static Outcome<ImmutableArray<DeveloperEvent>> RemoveMember(Developer state, string user) =>
        !state.Members.ContainsKey(user) ? DeveloperRefusals.MemberNotFound()
        : IsLastOwner(state, user) ? DeveloperRefusals.OwnerNeeded()
        : One(new DeveloperEvent.MemberRemoved(user));

    private static bool IsLastOwner(Developer state, string user) =>
        state.RoleOf(user) == DeveloperRole.Owner && state.Members.Values.Count(role => role == DeveloperRole.Owner) == 1;

    private static Outcome<ImmutableArray<DeveloperEvent>> Nothing => ImmutableArray<DeveloperEvent>.Empty;

    private static Outcome<ImmutableArray<DeveloperEvent>> One(DeveloperEvent @event) => ImmutableArray.Create(@event);
}
