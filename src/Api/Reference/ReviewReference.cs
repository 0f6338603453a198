using System.Collections.Immutable;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.ReviewApi;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Enterprises;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for the reviewers of sellers' enterprises.</summary>
internal static class ReviewReference
{
    private const string One = "/review/v1/entities/{licence}";
    private const string Application = "/review/v1/sub-account-applications/{licence}/{id}";

    public static ImmutableArray<OperationReference> All { get; } =
    [
        new("GET", "/review/v1/entities", "reviews.list", "List what waits for a decision, the most urgent first.")
        {
            Answers = [Json<ReviewItems>()],
        },
        new("GET", One, "reviews.get", "Get an enterprise with its shops and history.")
        {
            Answers = [Json<EntityView>()],
            Problems = Missing,
        },
        Verb("claim", "reviews.claim", "Claim a review; no other reviewer can decide it until the claim ends.", null),
        Verb("release", "reviews.release", "Release a claimed review.", null),
        Verb(
            "approve",
            "reviews.approve",
            "Approve the documents, and with them the shop that submitted them.",
            OptionalJsonBody<ReviewApproval>()
        ),
        Verb("reject", "reviews.reject", "Reject the documents with a reason.", JsonBody<ReviewReason>()),
        Verb("needs-info", "reviews.askSeller", "Ask the seller; the due time stands still until it answers.", JsonBody<ReviewQuestion>()),
        Verb("revoke", "reviews.revoke", "Revoke an approval for all shops of the enterprise.", JsonBody<ReviewReason>()),
        new("GET", One + "/documents/{kind}", "reviews.document", "Get a document of a claimed review; every view is recorded.")
        {
            Parameters =
            [
                Parameters.Seller with
                {
                    Required = false,
                    Description = "The shop whose document it is; the applicant's without it.",
                },
            ],
            Answers = [Text("image/png"), Text("image/jpeg")],
            Problems = [.. Missing, "document-not-found", "document-not-under-review", "document-unreadable"],
        },
        Shop("approve", "reviews.approveShop", "Approve a further shop of a verified enterprise.", null),
        Shop("reject", "reviews.rejectShop", "Reject a further shop with a reason.", JsonBody<ReviewReason>()),
        new(
            "GET",
            "/review/v1/sub-account-applications",
            "reviews.applications",
            "List applications for more sub-accounts that wait for a decision."
        )
        {
            Answers = [Json<ApplicationList>()],
        },
        new(
            "POST",
            Application + "/approve",
            "reviews.approveApplication",
            "Approve an application: raise the enterprise's cap until a day."
        )
        {
            Body = JsonBody<ApplicationApproval>(),
            Answers = [Json<ApplicationView>()],
            Problems = ["application-not-found", "application-decided", "application-invalid"],
            TakesKey = true,
        },
        new("POST", Application + "/reject", "reviews.rejectApplication", "Reject an application with a reason.")
        {
            Body = JsonBody<ReviewReason>(),
            Answers = [Json<ApplicationView>()],
            Problems = ["application-not-found", "application-decided"],
            TakesKey = true,
        },
        new("GET", "/review/v1/developers", "developerChecks.list", "List developers with a company to check, the most urgent first.")
        {
            Answers = [Json<DeveloperList>()],
        },
        new("GET", "/review/v1/developers/{developer}", "developerChecks.get", "Get a developer.")
        {
            Answers = [Json<DeveloperView>()],
            Problems = ["developer-not-found"],
        },
        Company("approve", "developerChecks.approve", "Accept the developer's company that was checked.", JsonBody<CompanyApproval>()),
        Company(
            "reject",
            "developerChecks.reject",
            "Reject the developer's company that was checked, with a reason.",
            JsonBody<CompanyRejection>()
        ),
        new("GET", "/review/v1/errors/{id}", "reviewErrors.get", "Get a problem that the caller received, by the id in its `instance`.")
        {
            Answers = [Json<ErrorView>()],
            Problems = ["error-log-not-found"],
        },
        new("GET", "/review/v1/sla", "reviews.figures", "Get the share of reviews that were decided in time, and the breaches.")
        {
            Answers = [Json<SlaView>()],
        },
        .. PluginReviewReference.OfReviewers,
    ];

    private static ImmutableArray<string> Missing => ["enterprise-not-found"];

    private static OperationReference Verb(string verb, string id, string summary, BodyReference? body) =>
        new("POST", $"{One}/{verb}", id, summary)
        {
            Body = body,
            Answers = [Json<EntityView>()],
            Problems = [.. Missing, "review-not-found", "review-not-claimed", "review-claimed"],
            TakesKey = true,
        };

    private static OperationReference Company(string verb, string id, string summary, BodyReference body) =>
        new("POST", $"/review/v1/developers/{{developer}}/{verb}", id, summary)
        {
            Body = body,
            Answers = [Json<DeveloperView>()],
            Problems = ["developer-not-found", "developer-not-under-check", "developer-invalid", "licence-invalid"],
            TakesKey = true,
        };

    private static OperationReference Shop(string verb, string id, string summary, BodyReference? body) =>
        new("POST", $"{One}/shops/{{seller}}/{verb}", id, summary)
        {
            Body = body,
            Answers = [Json<EntityView>()],
            Problems = [.. Missing, "review-not-found"],
            TakesKey = true,
        };
}
