using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Developers;

/// <summary>An event of a developer; each case is one kind of journal fact. Ids are texts here: this is the journal's form.</summary>
public abstract record DeveloperEvent : IJournalEvent
{
    private DeveloperEvent() { }

    /// <param name="Owner">The person who signed the developer up.</param>
    /// <param name="Email">Contact.</param>
    /// <param name="Phone">Contact; null for none.</param>
    /// <param name="Agreement">The accepted version of the service agreement.</param>
    public sealed record SignedUp(string Owner, string Email, string? Phone, string Agreement) : DeveloperEvent;

    /// <param name="Licence">The unified social credit code.</param>
    /// <param name="Name">The company's name.</param>
    /// <param name="DueAt">First instant that is too late for the decision. Fixed here: a later calendar changes no due time.</param>
    public sealed record CompanySubmitted(string Licence, string Name, DateTimeOffset DueAt) : DeveloperEvent;

    public sealed record CompanyApproved(string Reviewer) : DeveloperEvent;

    public sealed record CompanyRejected(string Reviewer, string Reason) : DeveloperEvent;

    public sealed record ContactsChanged(string Email, string? Phone) : DeveloperEvent;

    public sealed record AgreementAccepted(string Version) : DeveloperEvent;

    public sealed record MemberSet(string User, string Role) : DeveloperEvent;

    public sealed record MemberRemoved(string User) : DeveloperEvent;

    public sealed record Warned(string Reason) : DeveloperEvent;

    public sealed record Frozen(string Reason) : DeveloperEvent;

    /// <summary>A warning or a freeze was lifted.</summary>
    public sealed record Restored(string Reason) : DeveloperEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : DeveloperEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("developer-signed-up", typeof(SignedUp)),
        ("developer-company-submitted", typeof(CompanySubmitted)),
        ("developer-company-approved", typeof(CompanyApproved)),
        ("developer-company-rejected", typeof(CompanyRejected)),
        ("developer-contacts-changed", typeof(ContactsChanged)),
        ("developer-agreement-accepted", typeof(AgreementAccepted)),
        ("developer-member-set", typeof(MemberSet)),
        ("developer-member-removed", typeof(MemberRemoved)),
        ("developer-warned", typeof(Warned)),
        ("developer-frozen", typeof(Frozen)),
        ("developer-restored", typeof(Restored)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), DeveloperJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static DeveloperEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains a developer's event of unknown type '{type}'.");
        return (DeveloperEvent)JsonSerializer.Deserialize(payload.Span, shape, DeveloperJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DeveloperEvent.SignedUp))]
[JsonSerializable(typeof(DeveloperEvent.CompanySubmitted))]
[JsonSerializable(typeof(DeveloperEvent.CompanyApproved))]
[JsonSerializable(typeof(DeveloperEvent.CompanyRejected))]
[JsonSerializable(typeof(DeveloperEvent.ContactsChanged))]
[JsonSerializable(typeof(DeveloperEvent.AgreementAccepted))]
[JsonSerializable(typeof(DeveloperEvent.MemberSet))]
[JsonSerializable(typeof(DeveloperEvent.MemberRemoved))]
[JsonSerializable(typeof(DeveloperEvent.Warned))]
[JsonSerializable(typeof(DeveloperEvent.Frozen))]
[JsonSerializable(typeof(DeveloperEvent.Restored))]
[JsonSerializable(typeof(DeveloperEvent.NothingChanged))]
internal sealed partial class DeveloperJson : JsonSerializerContext;
