using Marketplace.Certification.Manifests;
using Marketplace.Certification.Scans;

namespace Marketplace.Certification;

/// <summary>What the rules of the gate judge: a manifest that its schema accepts, and what is compared with it.</summary>
/// <param name="Manifest">The version to be judged.</param>
/// <param name="Listed">The manifest of the version listed now; null for the first one.</param>
/// <param name="Scan">The scanner's findings; null without a scan.</param>
/// <param name="AsOf">The day (Asia/Shanghai) for which dates are judged.</param>
/// <param name="Policy">The access specification.</param>
internal sealed record GateInput(Manifest Manifest, Manifest? Listed, Scan? Scan, DateOnly AsOf, GatePolicy Policy)
{
    /// <summary>True if the plugin handles EU data by its declaration, its markets or its regimes; the strictest wins (R20).</summary>
    public bool IsEuFacing =>
        Manifest.ServesEu
        || Manifest.Markets.IsEmpty
        || Manifest.Markets.Any(Policy.EuCountries.Contains)
        || (Manifest.Regimes ?? []).Any(static regime => regime.StartsWith("epr-", StringComparison.Ordinal));
}

/// <summary>An objection of a rule, before it becomes a finding.</summary>
/// <param name="Place">JSON pointer into the manifest, or file and line of a scan.</param>
/// <param name="Evidence">What was found.</param>
/// <param name="Expected">What would pass.</param>
/// <param name="Key">
/// What it objects to, by a name that does not move when the manifest or the code does; null if the place is one.
/// </param>
internal readonly record struct Objection(string Place, string Evidence, string Expected, string? Key = null);
