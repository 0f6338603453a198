using System.Collections.Immutable;

namespace Marketplace.Policies;

/// <summary>The policies of the marketplace, by their names in routes and in the journal.</summary>
public static class PolicyNames
{
    /// <summary>What a version of a plugin must be (R09); verdicts and enforcement decisions name its version.</summary>
    public const string AccessSpecification = "access-specification";

    /// <summary>What developers accept.</summary>
    public const string ServiceAgreement = "service-agreement";

    /// <summary>What a plugin may charge, and the platform's share.</summary>
    public const string PricingPolicy = "pricing-policy";

    /// <summary>All of them, in the order in which they are listed.</summary>
    public static ImmutableArray<string> All { get; } = [AccessSpecification, ServiceAgreement, PricingPolicy];

    /// <summary>True for a policy's name; ordinal.</summary>
    public static bool IsKnown(string? name) => name is not null && All.Contains(name);
}
