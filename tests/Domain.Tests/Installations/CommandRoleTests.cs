using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

/// <summary>Who may give which command: each role, and what is no role, with each command.</summary>
public sealed class CommandRoleTests
{
    private const string Owner = "seller-user:owner";
    private const string Staff = "seller-user:staff";
    private const string Finance = "seller-user:finance";
    private const string SellerCenter = "seller-center";

    private static readonly string?[] Roles =
    [
        Owner,
        Staff,
        Finance,
        SellerCenter,
        "operator",
        "platform",
        "plugin",
        "plugin-client",
        "entity-reviewer",
        "seller-user",
        "seller-user:admin",
        "seller-user:Owner",
        "seller-user:owner:owner",
        "Operator",
        "",
        null,
    ];

    private static readonly (InstallationCommand Command, string[] Allowed)[] Table =
    [
        (new InstallationCommand.Enable(), [Owner, Staff, Finance, SellerCenter]),
        (InstallationKit.Running().Consent(confirmed: false, "logistics.write", "orders.read"), [Owner]),
        (new InstallationCommand.ChangeGrants([]), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.ChangeGrants(["logistics.write", "orders.read"]), [Owner]),
        (new InstallationCommand.SignOffReview([]), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.Pause(null), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.Resume(), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.ChangeSettings(24, 4m), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.ChangeSettings(24, 6m), [Owner, Finance]),
        (new InstallationCommand.ChangeSettings(24, null), [Owner, Finance]),
        (new InstallationCommand.Disable(null), [Owner, Staff, Finance, SellerCenter]),
        (new InstallationCommand.Suspend("abuse"), ["operator"]),
        (new InstallationCommand.Lift(), ["operator"]),
        (new InstallationCommand.AcceptEntity(InstallationKit.Licence), ["platform"]),
        (new InstallationCommand.DropEntity("lapsed"), ["platform"]),
    ];

    [Fact]
    public void Each_command_is_refused_to_every_role_that_the_table_does_not_name()
    {
        var kit = InstallationKit.Running();
        kit.Does(new InstallationCommand.ChangeSettings(null, 5m));
        kit.Does(new InstallationCommand.ChangeGrants(["orders.read"]));

        foreach (var (command, allowed) in Table)
        {
            Assert.Equal(allowed, Roles.OfType<string>().Where(role => CodeOf(kit, command, role) != "role-not-allowed"));
            Assert.Equal("role-not-allowed", CodeOf(kit, command, null));
        }
    }

    [Fact]
    public void A_token_is_revoked_by_whatever_role() =>
        Assert.All(Roles, role => Assert.Null(CodeOf(InstallationKit.Running(), new InstallationCommand.RevokeToken("t", default), role)));

    [Fact]
    public void The_table_names_every_command() =>
        Assert.Equal(
            typeof(InstallationCommand).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(InstallationCommand))).ToHashSet(),
            Table.Select(row => row.Command.GetType()).Append(typeof(InstallationCommand.RevokeToken)).ToHashSet()
        );

    [Fact]
    public void A_role_is_read_as_it_is_written()
    {
        ActorRole[] roles =
        [
            ActorRole.Platform,
            ActorRole.SellerCenter,
            ActorRole.Operator,
            .. Enum.GetValues<SellerRole>().Select(ActorRole.OfUser),
            default,
        ];
        Assert.Equal(roles, roles.Select(role => ActorRole.Of(role.Text)));
        Assert.Equal(roles.Length, roles.Distinct().Count());
    }

    [Fact]
    public void Every_text_is_kept_because_the_hash_of_a_fact_contains_it()
    {
        var kept = Roles.Select(ActorRole.Of).ToArray();
        Assert.Equal(Roles, kept.Select(role => role.Text));
        Assert.Equal(Roles.Length, kept.Distinct().Count());
    }

    private static string? CodeOf(InstallationKit kit, InstallationCommand command, string? role)
    {
        var context = new DecisionContext(InstallationKit.Id, kit.Plugin, kit.Now, ActorRole.Of(role));
        return InstallationRules.Decide(kit.State, command, context).Refusal?.Code;
    }
}
