using System.Collections.Immutable;
using Marketplace.Api.PlatformApi;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations about the marketplace's policies.</summary>
internal static class PolicyReference
{
    public static ImmutableArray<OperationReference> OfOperators { get; } =
    [
        new("GET", "/platform/v1/policies", "policies.list", "List the marketplace's policies with their versions.")
        {
            Answers = [Json<PolicyListView>()],
        },
        new("POST", "/platform/v1/policies/{policy}/versions", "policies.publish", "Publish a version of a policy.")
        {
            Description = "With its text in both languages, or with the hash of the text and where it is.",
            Body = JsonBody<PolicyVersionRequest>(),
            Answers = [Json<PolicyView>(StatusCodes.Status201Created)],
            Problems = ["policy-not-found", "policy-invalid", "policy-version-exists"],
            TakesKey = true,
        },
    ];

    public static OperationReference OfEverybody { get; } =
        new("GET", "/catalogue/v1/policies/{policy}", "policies.get", "Get a policy's versions, with the text of one of them.")
        {
            Parameters = [new("version", ParameterKind.Text, "The version to read; without it the one in force.") { Example = "2027-01" }],
            Answers = [Json<PolicyView>()],
            Problems = ["policy-not-found", "parameter-invalid"],
        };
}
