using Marketplace.Enterprises;
using Marketplace.Journal;

namespace Marketplace.Developers;

/// <summary>A command on a developer of plugins.</summary>
[GenerateSerializer, Immutable, Alias("mp.developers.command")]
public abstract record DeveloperCommand
{
    private DeveloperCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Signs a developer up; the person who does it becomes its first owner. The company goes to the entity reviewers.</summary>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.sign-up")]
    public sealed record SignUp(
        [property: Id(0)] Company Company,
        [property: Id(1)] DeveloperContacts Contacts,
        [property: Id(2)] string Agreement
    ) : DeveloperCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of("sign-up", Company.Licence.Value, Company.Name, Contacts.Email, Contacts.Phone, Agreement);
    }

    /// <summary>Submits the company again after a rejection, or another company.</summary>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.submit-company")]
    public sealed record SubmitCompany([property: Id(0)] Company Company) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("submit-company", Company.Licence.Value, Company.Name);
    }

    [GenerateSerializer, Immutable, Alias("mp.developers.command.change-contacts")]
    public sealed record ChangeContacts([property: Id(0)] DeveloperContacts Contacts) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("change-contacts", Contacts.Email, Contacts.Phone);
    }

    /// <summary>Accepts another version of the service agreement.</summary>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.accept-agreement")]
    public sealed record AcceptAgreement([property: Id(0)] string Version) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("accept-agreement", Version);
    }

    /// <summary>Adds a person, or gives a member another role.</summary>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.set-member")]
    public sealed record SetMember([property: Id(0)] string User, [property: Id(1)] DeveloperRole Role) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("set-member", User, Role.Text());
    }

    [GenerateSerializer, Immutable, Alias("mp.developers.command.remove-member")]
    public sealed record RemoveMember([property: Id(0)] string User) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("remove-member", User);
    }

    /// <summary>An entity reviewer or operator accepts a company.</summary>
    /// <param name="Company">The company that was checked; refused if another one waits by now.</param>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.approve-company")]
    public sealed record ApproveCompany([property: Id(0)] Company Company) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("approve-company", Company.Licence.Value, Company.Name);
    }

    /// <summary>An entity reviewer or operator rejects a company.</summary>
    /// <param name="Reason">1–500 characters.</param>
    /// <param name="Company">The company that was checked; refused if another one waits by now.</param>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.reject-company")]
    public sealed record RejectCompany([property: Id(0)] string Reason, [property: Id(1)] Company Company) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject-company", Company.Licence.Value, Company.Name, Reason);
    }

    /// <summary>Makes the standing what the register of enforcement says; only the platform does.</summary>
    /// <param name="Standing">The standing.</param>
    /// <param name="Reason">The number of the notice behind it; for an active developer, that of the one that was lifted.</param>
    [GenerateSerializer, Immutable, Alias("mp.developers.command.set-standing")]
    public sealed record SetStanding([property: Id(0)] DeveloperStanding Standing, [property: Id(1)] string Reason) : DeveloperCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("set-standing", Standing.ToString(), Reason);
    }
}

/// <summary>The company behind a developer.</summary>
/// <param name="Licence">Its unified social credit code.</param>
/// <param name="Name">As in its licence; 1–200 characters.</param>
[GenerateSerializer, Immutable, Alias("mp.developers.company")]
public sealed record Company([property: Id(0)] Licence Licence, [property: Id(1)] string Name);

/// <summary>Where the marketplace reaches a developer.</summary>
/// <param name="Email">3–254 characters with one @.</param>
/// <param name="Phone">Null for none; at most 32 characters.</param>
[GenerateSerializer, Immutable, Alias("mp.developers.contacts")]
public sealed record DeveloperContacts([property: Id(0)] string Email, [property: Id(1)] string? Phone);
