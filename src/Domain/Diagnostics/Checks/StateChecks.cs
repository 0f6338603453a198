using System.Collections.Immutable;
using Marketplace.Installations;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the installation is running at all.</summary>
internal static class StateChecks
{
    public static DiagnosisCheck State { get; } =
        new("state", EvidenceSources.Installation | EvidenceSources.Plugin, EvidenceSources.Installation, ObserveState);

    public static DiagnosisCheck Certification { get; } =
        new("certification", EvidenceSources.Plugin | EvidenceSources.Installation, EvidenceSources.Plugin, ObserveCertification);

    // Report every stop, not only the one that refuses calls: lifting the first alone would only reveal the next.
    private static Observation ObserveState(DiagnosisEvidence evidence)
    {
        var state = evidence.Installation!;
        var phase = state.PhaseAt(evidence.Now);
        var facts = Of(
            ("phase", InstallationStates.NameOf(phase)),
            ("suspended_since", Text(state.Suspension?.Since)),
            ("suspended_for", state.Suspension?.Reason),
            ("disabled_since", Text(state.Disabling?.Since)),
            ("paused_since", Text(state.Pause?.Since)),
            ("paused_for", state.Pause?.Reason),
            ("consented_at", Text(state.Consent?.At)),
            ("authorisation_expires_at", Text(state.Consent?.ExpiresAt))
        );
        return Observation.Of(
            facts,
            Disabled(evidence, facts),
            Suspended(evidence, facts),
            Consent(evidence, facts),
            Paused(evidence, facts)
        );
    }

    private static Finding? Disabled(DiagnosisEvidence evidence, ImmutableSortedDictionary<string, string> facts) =>
        evidence.Installation!.Disabling is null
            ? null
            : new Finding(
                InstallationRefusals.InstallationDisabled,
                FindingForce.StopsAll,
                CauseTexts.Disabled,
                facts,
                Fixes.Enable(evidence.Id, evidence.Plugin)
            );

    private static Finding? Suspended(DiagnosisEvidence evidence, ImmutableSortedDictionary<string, string> facts) =>
        evidence.Installation!.Suspension is not { } suspension
            ? null
            : new Finding(
                InstallationRefusals.InstallationSuspended,
                FindingForce.StopsAll,
                CauseTexts.Suspended(suspension.Reason),
                facts,
                Fixes.Lift(evidence.Id)
            );

    private static Finding? Consent(DiagnosisEvidence evidence, ImmutableSortedDictionary<string, string> facts)
    {
        var state = evidence.Installation!;
        if (state.Disabling is not null || evidence.Now < state.Consent?.ExpiresAt)
        {
            return null;
        }

        var fix = Fixes.Consent(evidence.Id, evidence.Plugin, state.Grants);
        return state.Consent is { } consent
            ? new Finding(
                InstallationRefusals.AuthorisationExpired,
                FindingForce.StopsAll,
                CauseTexts.AuthorisationExpired(consent.ExpiresAt),
                facts,
                fix
            )
            : new Finding(InstallationRefusals.ConsentMissing, FindingForce.StopsAll, CauseTexts.ConsentMissing, facts, fix);
    }

    private static Finding? Paused(DiagnosisEvidence evidence, ImmutableSortedDictionary<string, string> facts) =>
        evidence.Installation!.Pause is null
            ? null
            : new Finding(
                InstallationRefusals.InstallationPaused,
                FindingForce.StopsAll,
                CauseTexts.Paused,
                facts,
                Fixes.Resume(evidence.Id)
            );

    private static Observation ObserveCertification(DiagnosisEvidence evidence)
    {
        var plugin = evidence.Plugin!;
        var facts = Of(("certified", plugin.Certified ? "yes" : "no"), ("scopes", string.Join(' ', plugin.Scopes)));

        // With a consent, no call is refused for this; without one, it blocks the consent.
        var needed = evidence.Installation is { } state && !(evidence.Now < state.Consent?.ExpiresAt);
        return Observation.Of(
            facts,
            plugin.Certified
                ? null
                : new Finding(
                    InstallationRefusals.PluginNotCertified,
                    needed ? FindingForce.StopsAll : FindingForce.Threatens,
                    CauseTexts.NotCertified,
                    facts,
                    Fixes.Certify()
                )
                {
                    ExplainedCodes = needed
                        ?
                        [
                            InstallationRefusals.ConsentMissing,
                            InstallationRefusals.AuthorisationExpired,
                            InstallationRefusals.InstallationDisabled,
                        ]
                        : [],
                }
        );
    }
}
