using System.Collections.Immutable;

namespace Marketplace.Policies;

/// <summary>The refusals around the marketplace's policies.</summary>
public static class PolicyRefusals
{
    public const string PolicyNotFound = "policy-not-found";
    public const string PolicyInvalid = "policy-invalid";
    public const string PolicyVersionExists = "policy-version-exists";
    public const string AgreementNotInForce = "agreement-not-in-force";

    private const string Platform = "platform";

    /// <summary>The name, or the version, is unknown.</summary>
    public static Refusal NotFound() =>
        new(
            PolicyNotFound,
            $"There is no such policy or version; the policies are {string.Join(", ", PolicyNames.All)}.",
            Platform,
            "Name a policy and one of its versions."
        );

    /// <param name="reason">What is wrong, without a full stop.</param>
    public static Refusal Invalid(string reason) => new(PolicyInvalid, $"{reason}.", Platform, "Correct what is named and send it again.");

    public static Refusal Exists(string version) =>
        new(
            PolicyVersionExists,
            $"The policy has a version {version} already; a version never changes.",
            Platform,
            "Give the new text another version."
        );

    /// <param name="acceptable">The versions that can be accepted now.</param>
    public static Refusal NotInForce(ImmutableArray<string> acceptable) =>
        new(
            AgreementNotInForce,
            $"That version of the service agreement is not in force; these can be accepted: {string.Join(", ", acceptable)}.",
            "developer",
            "Read the service agreement: GET /catalogue/v1/policies/service-agreement."
        );
}
