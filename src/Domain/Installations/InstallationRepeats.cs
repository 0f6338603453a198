using System.Globalization;
using Marketplace.Audit;

namespace Marketplace.Installations;

/// <summary>What is kept of a command that found everything as it wants it.</summary>
public static class InstallationRepeats
{
    /// <summary>
    /// By what the caller said, never by what was looked up for it: the repeat would look up something else. Null for what only the marketplace
    /// does by itself, which needs no such memory.
    /// </summary>
    public static InstallationEvent.NothingChanged? Nothing(this InstallationCommand command) => command switch
    {
        InstallationCommand.AcceptEntity or InstallationCommand.DropEntity or InstallationCommand.RevokeToken => null,
        InstallationCommand.ChangeGrants change => Of("grants", [.. ConsentRules.Sorted(change.Grants)]),
        InstallationCommand.Pause pause => Of("pause", pause.Reason),
        InstallationCommand.Suspend suspend => Of("suspend", suspend.Reason),
        InstallationCommand.Disable disable => Of("disable", disable.Reason),
        InstallationCommand.ChangeSettings settings => Of(
            "settings",
            settings.SyncWindowHours?.ToString(CultureInfo.InvariantCulture),
            settings.SpendCap?.ToString("0.###", CultureInfo.InvariantCulture)),
        _ => Of(command.GetType().Name),
    };

    private static InstallationEvent.NothingChanged Of(string command, params ReadOnlySpan<string?> members) => new(CommandDigest.Of(command, members));
}
