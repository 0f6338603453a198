using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Cluster.Tests.Installations;

/// <summary>Who gives a command as a rule, for tests that are not about roles.</summary>
internal static class InitiatorRoles
{
    public static ActorRole Owner { get; } = ActorRole.OfUser(SellerRole.Owner);

    public static Initiator For(this Initiator by, InstallationCommand command) => by with { Role = RoleFor(command) };

    private static ActorRole RoleFor(InstallationCommand command) =>
        command switch
        {
            InstallationCommand.Suspend or InstallationCommand.Lift => ActorRole.Operator,
            InstallationCommand.AcceptEntity or InstallationCommand.DropEntity => ActorRole.Platform,
            _ => Owner,
        };
}
