using System.Collections.Immutable;

namespace Marketplace.Certification.Rules;

/// <summary>What a rule judges besides the manifest.</summary>
internal enum GateNeed
{
    /// <summary>Nothing.</summary>
    Manifest,

    /// <summary>The manifest of the version listed now; a first version has none.</summary>
    Listed,

    /// <summary>The scan.</summary>
    Scan,
}

/// <summary>One automatic rule of the technical gate.</summary>
/// <param name="Id">Kebab-case; never reused for another rule.</param>
/// <param name="Severity">Of each of its findings.</param>
/// <param name="Title">What it demands, in one sentence.</param>
/// <param name="Judge">Its objections to an input; pure.</param>
/// <param name="Needs">What it judges besides the manifest.</param>
internal sealed record GateRule(
    string Id,
    GateSeverity Severity,
    string Title,
    Func<GateInput, IEnumerable<Objection>> Judge,
    GateNeed Needs = GateNeed.Manifest
);

/// <summary>All automatic rules.</summary>
internal static class GateRules
{
    public static ImmutableArray<GateRule> All { get; } =
    [.. TextRules.All, .. ScopeRules.All, .. EndpointRules.All, .. PriceRules.All, .. ChangeRules.All, .. ScanRules.All];
}
