using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>The roles permitted to give each command of an installation. A role missing from the table is refused.</summary>
internal static class CommandRoles
{
    /// <summary>
    /// Refuses a command that the role may not give at all. The command's own rule decides details: every user of the seller may close a
    /// scope, only the owner may add one.
    /// </summary>
    public static Refusal? Forbids(ActorRole role, InstallationCommand command) =>
        command switch
        {
            InstallationCommand.Consent => role.MayConsent ? null : SellerRefusals.Role(SellerRole.Owner),
            InstallationCommand.Enable
            or InstallationCommand.ChangeGrants
            or InstallationCommand.SignOffReview
            or InstallationCommand.Pause
            or InstallationCommand.Resume
            or InstallationCommand.ChangeSettings
            or InstallationCommand.Disable => role.ActsForSeller
                ? null
                : SellerRefusals.RoleForbids(ActorRole.SellerUserName, ActorRole.SellerCenterName),
            InstallationCommand.Suspend or InstallationCommand.Lift => role.IsOperator
                ? null
                : SellerRefusals.RoleForbids(ActorRole.OperatorName, ActorRole.OperatorUserName),
            InstallationCommand.AcceptEntity or InstallationCommand.DropEntity => Only(ActorRole.Platform, role),
            // Revoking a token only removes rights, and the authorization server checks authority: a refusal here would leave the token
            // valid.
            InstallationCommand.RevokeToken => null,
            _ => throw new InvalidOperationException($"No role for {command.GetType().Name}."),
        };

    private static Refusal? Only(ActorRole allowed, ActorRole role) =>
        role == allowed ? null : SellerRefusals.RoleForbids(allowed.ToString());
}
