using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Installations;

/// <summary>Which role may give which command of an installation. A role that the table does not name is refused.</summary>
internal static class CommandRoles
{
    /// <summary>
    /// The refusal of a command that the role may not give at all. What a command may change for whom, its own rule decides: everybody of
    /// the seller may close a scope, only the owner may add one.
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
            InstallationCommand.Suspend or InstallationCommand.Lift => Only(ActorRole.Operator, role),
            InstallationCommand.AcceptEntity or InstallationCommand.DropEntity => Only(ActorRole.Platform, role),
            // Ending a token only takes rights away, and the authorization server knows who may: a refusal here would leave it valid.
            InstallationCommand.RevokeToken => null,
            _ => throw new InvalidOperationException($"No role for {command.GetType().Name}."),
        };

    private static Refusal? Only(ActorRole allowed, ActorRole role) =>
        role == allowed ? null : SellerRefusals.RoleForbids(allowed.ToString());
}
