using System.Collections.Immutable;
using Marketplace.Api.PlatformApi.Demo;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Installations.Demo;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations of demo mode only.</summary>
internal static class DemoReference
{
    public static ImmutableArray<OperationReference> All { get; } =
    [
        new(
            "POST",
            "/demo/v1/installations",
            "demo.makeInstallation",
            "Bring an installation of a made-up seller to running with exactly these scopes."
        )
        {
            Body = JsonBody<DemoInstallationRequest>(),
            Answers = [Json<InstallationView>()],
            Problems = ["plugin-not-found", "scope-not-certified"],
            TakesKey = true,
        },
        new("POST", "/demo/v1/subject-token", "demo.issueSubjectToken", "Issue a subject token for any user, as Seller Center would.")
        {
            Body = JsonBody<SubjectTokenRequest>(),
            Answers = [Json<SubjectTokenAnswer>()],
        },
    ];
}
