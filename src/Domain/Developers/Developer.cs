using System.Collections.Immutable;
using Marketplace.Enterprises;

namespace Marketplace.Developers;

/// <summary>How a developer stands with the marketplace.</summary>
public enum DeveloperStanding
{
    /// <summary>Nothing is against it.</summary>
    Active,

    /// <summary>Warned; nothing is blocked.</summary>
    Warned,

    /// <summary>Frozen: it changes nothing about its plugins.</summary>
    Frozen,
}

/// <summary>The state of a company's entity check.</summary>
public enum CompanyState
{
    /// <summary>Waits for a decision.</summary>
    Submitted,

    /// <summary>Accepted.</summary>
    Approved,

    /// <summary>Rejected; it can be submitted again.</summary>
    Rejected,
}

/// <summary>A company with its entity check.</summary>
/// <param name="Company">The company.</param>
/// <param name="State">Where the check stands.</param>
/// <param name="SubmittedAt">When it was submitted last.</param>
/// <param name="DueAt">First instant that is too late for the decision.</param>
/// <param name="DecidedBy">Who decided; null while it waits.</param>
/// <param name="Reason">Why it was rejected; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("mp.developers.company-check")]
public sealed record CompanyCheck(
    [property: Id(0)] Company Company,
    [property: Id(1)] CompanyState State,
    [property: Id(2)] DateTimeOffset SubmittedAt,
    [property: Id(3)] DateTimeOffset DueAt,
    [property: Id(4)] string? DecidedBy,
    [property: Id(5)] string? Reason
);

/// <summary>A developer of plugins: the fold of its facts.</summary>
/// <param name="Id">The developer.</param>
/// <param name="Check">Its company and the entity check.</param>
/// <param name="Contacts">Where it is reached.</param>
/// <param name="Agreement">The version of the service agreement that it accepted last.</param>
/// <param name="Standing">How it stands with the marketplace.</param>
/// <param name="StandingReason">Why it was warned or frozen; null while it is active.</param>
/// <param name="Members">Its persons by id at their issuer.</param>
/// <param name="SignedUpAt">When it signed up.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.developers.developer")]
public sealed record Developer(
    [property: Id(0)] DeveloperId Id,
    [property: Id(1)] CompanyCheck? Check,
    [property: Id(2)] DeveloperContacts Contacts,
    [property: Id(3)] string Agreement,
    [property: Id(4)] DeveloperStanding Standing,
    [property: Id(5)] string? StandingReason,
    [property: Id(6)] ImmutableSortedDictionary<string, DeveloperRole> Members,
    [property: Id(7)] DateTimeOffset SignedUpAt,
    [property: Id(8)] long Version
)
{
    /// <summary>True while its company waits for a decision.</summary>
    public bool HasWork => Check?.State == CompanyState.Submitted;

    /// <summary>True if its company was accepted.</summary>
    public bool IsVerified => Check?.State == CompanyState.Approved;

    /// <summary>A person's role; null for none of its persons.</summary>
    public DeveloperRole? RoleOf(string? user) => user is not null && Members.TryGetValue(user, out var role) ? role : null;

    /// <summary>Folds one event.</summary>
    /// <param name="id">The developer.</param>
    /// <param name="state">Null before the first event.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">When it was decided.</param>
    public static Developer Evolve(DeveloperId id, Developer? state, DeveloperEvent @event, DateTimeOffset at)
    {
        if (state is null)
        {
            return @event is DeveloperEvent.SignedUp first
                ? SignedUp(id, first, at)
                : throw new InvalidOperationException($"The first fact of a developer is {@event.GetType().Name}.");
        }

        var next = state with { Version = state.Version + 1 };
        return @event switch
        {
            DeveloperEvent.CompanySubmitted e => next with { Check = Submitted(e, at) },
            DeveloperEvent.CompanyApproved e => next with
            {
                Check = state.Check! with { State = CompanyState.Approved, DecidedBy = e.Reviewer },
            },
            DeveloperEvent.CompanyRejected e => next with
            {
                Check = state.Check! with { State = CompanyState.Rejected, DecidedBy = e.Reviewer, Reason = e.Reason },
            },
            DeveloperEvent.ContactsChanged e => next with { Contacts = new DeveloperContacts(e.Email, e.Phone) },
            DeveloperEvent.AgreementAccepted e => next with { Agreement = e.Version },
            DeveloperEvent.MemberSet e => next with { Members = state.Members.SetItem(e.User, RoleOf(e)) },
            DeveloperEvent.MemberRemoved e => next with { Members = state.Members.Remove(e.User) },
            DeveloperEvent.Warned e => next with { Standing = DeveloperStanding.Warned, StandingReason = e.Reason },
            DeveloperEvent.Frozen e => next with { Standing = DeveloperStanding.Frozen, StandingReason = e.Reason },
            DeveloperEvent.Restored => next with { Standing = DeveloperStanding.Active, StandingReason = null },
            DeveloperEvent.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }

    private static Developer SignedUp(DeveloperId id, DeveloperEvent.SignedUp first, DateTimeOffset at) =>
        new(
            id,
            null,
            new DeveloperContacts(first.Email, first.Phone),
            first.Agreement,
            DeveloperStanding.Active,
            null,
            ImmutableSortedDictionary.Create<string, DeveloperRole>(StringComparer.Ordinal).Add(first.Owner, DeveloperRole.Owner),
            at,
            1
        );

    private static CompanyCheck Submitted(DeveloperEvent.CompanySubmitted e, DateTimeOffset at) =>
        new(new Company(Licence.Parse(e.Licence, null), e.Name), CompanyState.Submitted, at, e.DueAt, null, null);

    private static DeveloperRole RoleOf(DeveloperEvent.MemberSet set) =>
        DeveloperRoles.Parse(set.Role) ?? throw new FormatException($"The journal contains the unknown developer's role '{set.Role}'.");
}
