using System.Collections.Immutable;

namespace Marketplace.Installations;

/// <summary>The seller's commands permitted in each phase: the one table, also used by refusals to list the alternatives.</summary>
public static class InstallationStates
{
    private const string Enable = "enable";
    private const string Consent = "consent";
    private const string Grants = "grants";
    private const string Pause = "pause";
    private const string Resume = "resume";
    private const string Settings = "settings";
    private const string Disable = "disable";

    /// <summary>The seller's commands permitted in this phase, by the last segment of their path.</summary>
    public static ImmutableArray<string> Allowed(Installation state, DateTimeOffset now) =>
        state.PhaseAt(now) switch
        {
            InstallationPhase.AwaitingConsent => [Consent, Settings, Disable],
            InstallationPhase.AwaitingEntity => [Consent, Grants, Settings, Disable],
            InstallationPhase.Running => [Consent, Grants, Pause, Settings, Disable],
            InstallationPhase.Paused => [Consent, Grants, Resume, Settings, Disable],
            // The phase below the suspension still applies; the platform only decides whether calls pass.
            InstallationPhase.Suspended =>
            [
                .. Allowed(state with { Suspension = null }, now).Where(command => command is not (Pause or Resume)),
            ],
            InstallationPhase.Disabled => [Enable],
            InstallationPhase.AuthorisationExpired => [Consent, Settings, Disable],
            var phase => throw new InvalidOperationException($"No commands for {phase}."),
        };

    /// <summary>Kebab-case name of a phase.</summary>
    public static string NameOf(InstallationPhase phase) =>
        phase switch
        {
            InstallationPhase.AwaitingConsent => "awaiting-consent",
            InstallationPhase.AwaitingEntity => "awaiting-entity",
            InstallationPhase.Running => "running",
            InstallationPhase.Paused => "paused",
            InstallationPhase.Suspended => "suspended",
            InstallationPhase.Disabled => "disabled",
            _ => "authorisation-expired",
        };

    /// <summary>The refusal code of calls in a phase; null while running (C7: one cause, one code).</summary>
    public static string? ReasonCodeOf(InstallationPhase phase) =>
        phase switch
        {
            InstallationPhase.AwaitingConsent => InstallationRefusals.ConsentMissing,
            InstallationPhase.AwaitingEntity => InstallationRefusals.EntityUnverified,
            InstallationPhase.Paused => InstallationRefusals.InstallationPaused,
            InstallationPhase.Suspended => InstallationRefusals.InstallationSuspended,
            InstallationPhase.Disabled => InstallationRefusals.InstallationDisabled,
            InstallationPhase.AuthorisationExpired => InstallationRefusals.AuthorisationExpired,
            _ => null,
        };

    /// <summary>
    /// Refuses a command that the phase does not allow; commands without effect and the marketplace's own are always allowed.
    /// </summary>
    internal static Refusal? Forbids(Installation state, InstallationCommand command, DateTimeOffset now)
    {
        var phase = state.PhaseAt(now);
        var (name, isSo) = command switch
        {
            InstallationCommand.Consent => (Consent, false),
            InstallationCommand.ChangeGrants or InstallationCommand.SignOffReview => (Grants, false),
            InstallationCommand.Pause => (Pause, phase is InstallationPhase.Paused),
            InstallationCommand.Resume => (Resume, phase is InstallationPhase.Running),
            InstallationCommand.ChangeSettings => (Settings, false),
            InstallationCommand.Disable => (Disable, phase is InstallationPhase.Disabled),
            _ => (Enable, true),
        };
        var allowed = Allowed(state, now);
        return isSo || allowed.Contains(name) ? null : InstallationRefusals.StateForbids(name, phase, allowed);
    }
}
