using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Developers;

namespace Marketplace.Api.DeveloperApi;

/// <param name="Licence">The company's unified social credit code.</param>
/// <param name="Company">Its name, 1–200 characters.</param>
/// <param name="Email">Where the marketplace reaches the developer.</param>
/// <param name="Phone">At most 32 characters; may be left out.</param>
/// <param name="Agreement">The version of the service agreement that is accepted by signing up.</param>
internal sealed record SignUpRequest(string? Licence, string? Company, string? Email, string? Phone, string? Agreement);

/// <param name="Licence">The company's unified social credit code.</param>
/// <param name="Company">Its name, 1–200 characters.</param>
internal sealed record CompanyRequest(string? Licence, string? Company);

/// <param name="Email">Where the marketplace reaches the developer.</param>
/// <param name="Phone">At most 32 characters; may be left out.</param>
internal sealed record ContactsRequest(string? Email, string? Phone);

/// <param name="Version">The version of the service agreement.</param>
internal sealed record DeveloperAgreementRequest(string? Version);

/// <param name="Role">owner, developer or finance.</param>
internal sealed record MemberRequest(string? Role);

/// <param name="Licence">The unified social credit code that was checked.</param>
/// <param name="Company">The company's name that was checked.</param>
internal sealed record CompanyApproval(string? Licence, string? Company);

/// <param name="Licence">The unified social credit code that was checked.</param>
/// <param name="Company">The company's name that was checked.</param>
/// <param name="Reason">1–500 characters; shown to the developer.</param>
internal sealed record CompanyRejection(string? Licence, string? Company, string? Reason);

/// <summary>A developer of plugins.</summary>
internal sealed record DeveloperView(
    string Developer,
    CompanyView? Company,
    DeveloperContactsView Contacts,
    string Agreement,
    string Standing,
    string? StandingReason,
    IReadOnlyList<MemberView> Members,
    DateTimeOffset SignedUpAt
)
{
    public static DeveloperView Of(Developer developer) =>
        new(
            developer.Id.Value,
            developer.Check is { } check ? CompanyView.Of(check) : null,
            new DeveloperContactsView(developer.Contacts.Email, developer.Contacts.Phone),
            developer.Agreement,
            DeveloperRefusals.Text(developer.Standing),
            developer.StandingReason,
            [.. developer.Members.Select(member => new MemberView(member.Key, member.Value.Text()))],
            developer.SignedUpAt
        );
}

/// <param name="Licence">Its unified social credit code.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">submitted, approved or rejected.</param>
/// <param name="SubmittedAt">When it was submitted last.</param>
/// <param name="DueAt">First instant that is too late for the decision.</param>
/// <param name="Reason">Why it was rejected; null otherwise.</param>
internal sealed record CompanyView(
    string Licence,
    string Name,
    string State,
    DateTimeOffset SubmittedAt,
    DateTimeOffset DueAt,
    string? Reason
)
{
    public static CompanyView Of(CompanyCheck check) =>
        new(
            check.Company.Licence.Value,
            check.Company.Name,
            check.State switch
            {
                CompanyState.Submitted => "submitted",
                CompanyState.Approved => "approved",
                CompanyState.Rejected => "rejected",
                _ => throw new InvalidOperationException($"No text for {check.State}."),
            },
            check.SubmittedAt,
            check.DueAt,
            check.Reason
        );
}

internal sealed record DeveloperContactsView(string Email, string? Phone);

internal sealed record MemberView(string User, string Role);

/// <summary>Developers with a company to check, the most urgent first.</summary>
internal sealed record DeveloperList(IReadOnlyList<DeveloperView> Developers);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(SignUpRequest))]
[JsonSerializable(typeof(CompanyRequest))]
[JsonSerializable(typeof(ContactsRequest))]
[JsonSerializable(typeof(DeveloperAgreementRequest))]
[JsonSerializable(typeof(MemberRequest))]
[JsonSerializable(typeof(CompanyApproval))]
[JsonSerializable(typeof(CompanyRejection))]
[JsonSerializable(typeof(DeveloperView))]
[JsonSerializable(typeof(DeveloperList))]
[JsonSerializable(typeof(NewPluginRequest))]
[JsonSerializable(typeof(VersionRequest))]
[JsonSerializable(typeof(CategoryRequest))]
[JsonSerializable(typeof(ListingView))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class DeveloperApiJson : JsonSerializerContext
{
    public static DeveloperApiJson Readable => field ??= new(Default.Options.Readable());
}
