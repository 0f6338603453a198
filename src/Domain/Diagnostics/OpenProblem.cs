using System.Collections.Immutable;
using Marketplace.Diagnostics.Checks;

namespace Marketplace.Diagnostics;

/// <summary>Something that stops an installation, or will, as far as its own state tells.</summary>
/// <param name="Finding">Code, severity, cause and fix: the same as a diagnosis would find.</param>
/// <param name="Since">Since when; null where that is not recorded.</param>
public sealed record OpenProblem(Finding Finding, DateTimeOffset? Since)
{
    /// <summary>The checks that a table of many installations can afford.</summary>
    private static readonly ImmutableArray<DiagnosisCheck> Checked =
    [
        StateChecks.State,
        EntityChecks.Entity,
        GrantChecks.Grants,
        QuotaChecks.Errors,
        QuotaChecks.Daily,
        QuotaChecks.Spend,
        QuotaChecks.Burst,
        DeliveryChecks.Endpoint,
        DeliveryChecks.Deliveries,
    ];

    /// <summary>The problems that the evidence shows, the worst first; a check without its sources finds none.</summary>
    public static ImmutableArray<OpenProblem> In(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return
        [
            .. Checked
                .SelectMany(check => check.Run(evidence).Findings)
                .OrderByDescending(finding => finding.Force)
                .Select(finding => new OpenProblem(finding, SinceOf(finding.Code, evidence))),
        ];
    }

    private static DateTimeOffset? SinceOf(string code, DiagnosisEvidence evidence) =>
        code switch
        {
            Installations.InstallationRefusals.InstallationPaused => evidence.Installation?.Pause?.Since,
            Installations.InstallationRefusals.InstallationSuspended => evidence.Installation?.Suspension?.Since,
            Installations.InstallationRefusals.InstallationDisabled => evidence.Installation?.Disabling?.Since,
            Installations.InstallationRefusals.AuthorisationExpired => evidence.Installation?.Consent?.ExpiresAt,
            Installations.InstallationRefusals.ConsentMissing => evidence.Installation?.EnabledAt,
            FindingCodes.EndpointParked => evidence.Delivery?.Setup.Parking?.Since,
            FindingCodes.EndpointFailing => evidence.Delivery?.BrokenSince,
            _ => null,
        };
}
