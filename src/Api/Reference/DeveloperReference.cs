using System.Collections.Immutable;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.SellerApi.Diagnostics;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for developers of plugins and their persons.</summary>
internal static class DeveloperReference
{
    private const string One = "/developer/v1/developers/{developer}";
    private const string NotFound = "developer-not-found";
    private const string Role = "role-not-allowed";
    private const string Invalid = "developer-invalid";

    public static ImmutableArray<OperationReference> All { get; } =
    [
        new("POST", One, "developers.signUp", "Sign a developer up; its person becomes the first owner.")
        {
            Body = JsonBody<SignUpRequest>(),
            Answers = [Json<DeveloperView>()],
            Problems = [NotFound, Role, "developer-exists", Invalid, "licence-invalid"],
            TakesKey = true,
        },
        new("GET", One, "developers.get", "Get the developer: company, contacts, members, standing.")
        {
            Answers = [Json<DeveloperView>()],
            Problems = [NotFound],
        },
        Put(
            "/company",
            "developers.submitCompany",
            "Submit another company, or a rejected one again.",
            JsonBody<CompanyRequest>(),
            "developer-check-open",
            "licence-invalid"
        ),
        Put("/contacts", "developers.changeContacts", "Replace the contacts.", JsonBody<ContactsRequest>()),
        Put(
            "/agreement",
            "developers.acceptAgreement",
            "Accept a version of the service agreement.",
            JsonBody<DeveloperAgreementRequest>()
        ),
        Put(
            "/members/{user}",
            "developers.setMember",
            "Add a person, or change a member's role.",
            JsonBody<MemberRequest>(),
            "developer-owner-needed",
            "developer-member-limit"
        ),
        new("DELETE", One + "/members/{user}", "developers.removeMember", "Remove a member.")
        {
            Answers = [Json<DeveloperView>()],
            Problems = [NotFound, Role, "developer-member-not-found", "developer-owner-needed"],
            TakesKey = true,
        },
        new("GET", One + "/revenue", "developers.revenue", "Get what the developer's plugins earned in a month.")
        {
            Parameters = [new("month", ParameterKind.Text, "A month, `yyyy-MM`.") { Required = true, Example = "2026-11" }],
            Answers = [Json<RevenueView>()],
            Problems = [NotFound, Role, "too-many-at-once", "overloaded"],
        },
        new(
            "GET",
            "/developer/v1/errors/{id}",
            "developerErrors.get",
            "Get a problem that the caller's developer received, by the id in its `instance`."
        )
        {
            Answers = [Json<ErrorView>()],
            Problems = ["error-log-not-found"],
        },
        .. PluginReviewReference.OfDevelopers,
        .. PluginClientReference.All,
        .. EnforcementReference.OfDevelopers,
    ];

    private static OperationReference Put(string path, string id, string summary, BodyReference body, params string[] problems) =>
        new("PUT", One + path, id, summary)
        {
            Body = body,
            Answers = [Json<DeveloperView>()],
            Problems = [NotFound, Role, Invalid, .. problems],
            TakesKey = true,
        };
}
