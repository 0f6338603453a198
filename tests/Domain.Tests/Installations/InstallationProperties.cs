using System.Collections.Immutable;
using CsCheck;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

/// <summary>Laws over generated lives of an installation, with new plugin versions and time in between.</summary>
public sealed class InstallationProperties
{
    private static readonly string[] Scopes = ["logistics.write", "orders.flag", "orders.read", "products.read", "products.write"];

    private static readonly PluginProfile[] Versions =
    [
        InstallationKit.Profile(["logistics.write", "orders.read"], ["orders.flag", "products.write"]),
        InstallationKit.Profile(["logistics.write", "orders.flag", "orders.read"], ["products.read", "products.write"], version: 2),
        InstallationKit.Profile(["orders.read"], ["products.write"], version: 3, new Agreement("other-1", new BilingualText("新", "new"))),
        InstallationKit.Profile(["orders.read"], [], version: 4) with
        {
            Certified = false,
        },
    ];

    private static readonly Gen<ImmutableArray<string>> SomeScopes = Gen.Int[0, 31]
        .Select(mask => Scopes.Where((_, i) => (mask & (1 << i)) != 0).ToImmutableArray());

    // What a seller would send, and what nobody should: stale agreements, no confirmation, wrong scopes.
    private static readonly Gen<Func<InstallationKit, InstallationCommand>> Command = Gen.OneOf(
        Fixed(new InstallationCommand.Enable()),
        Fixed(new InstallationCommand.Enable()),
        Gen.Select(SomeScopes, Gen.Bool, Func<InstallationKit, InstallationCommand> (scopes, confirmed) =>
            kit => kit.Consent(confirmed, scopes)
        ),
        Gen.Bool.Select(Func<InstallationKit, InstallationCommand> (confirmed) => kit => kit.Consent(confirmed, kit.Plugin.RequiredScopes)),
        Gen.Bool.Select(Func<InstallationKit, InstallationCommand> (confirmed) => kit => kit.Consent(confirmed, kit.Plugin.Scopes)),
        Fixed(new InstallationCommand.Consent("standard-0", "0", [.. Scopes], "0")),
        Gen.Select(SomeScopes, Gen.Bool, Func<InstallationKit, InstallationCommand> (scopes, confirmed) =>
            kit => kit.Grants(confirmed, scopes)
        ),
        Gen.Int[0, 3]
            .Select(
                Func<InstallationKit, InstallationCommand> (version) =>
                    _ => new InstallationCommand.AcceptEntity(InstallationKit.Licence, version)
            ),
        Gen.Int[0, 3]
            .Select(
                Func<InstallationKit, InstallationCommand> (version) => _ => new InstallationCommand.DropEntity("lapsed", null, version)
            ),
        Fixed(new InstallationCommand.Pause("holiday")),
        Fixed(new InstallationCommand.Resume()),
        Fixed(new InstallationCommand.Suspend("abuse")),
        Fixed(new InstallationCommand.Lift()),
        Fixed(new InstallationCommand.Disable(null)),
        Fixed(new InstallationCommand.ChangeSettings(24, 1.5m)),
        Gen.Int[0, 3]
            .Select(
                Func<InstallationKit, InstallationCommand> (i) =>
                    _ => new InstallationCommand.RevokeToken($"token-{i}", InstallationKit.Noon.AddDays(i))
            )
    );

    private static readonly Gen<(int Hours, int Version, bool Ticks, Func<InstallationKit, InstallationCommand> Command)> Step = Gen.Select(
        Gen.Frequency((8, Gen.Int[0, 2]), (2, Gen.Int[24, 24 * 40]), (1, Gen.Int[24 * 300, 24 * 400])),
        Gen.Frequency((12, Gen.Const(-1)), (3, Gen.Int[0, 2]), (1, Gen.Const(3))),
        Gen.Bool,
        Command
    );

    [Fact]
    public void Nothing_runs_without_consent_to_the_agreement_and_a_verified_enterprise_and_replay_equals_the_live_state() =>
        Gen.Select(Gen.Bool, Step.Array[0, 40])
            .Sample(
                (begun, steps) =>
                {
                    var kit = new InstallationKit();
                    var model = new LifeModel();
                    if (begun)
                    {
                        // Chance alone seldom takes the three steps in a row.
                        InstallationCommand[] begin =
                        [
                            new InstallationCommand.Enable(),
                            kit.Consent(confirmed: false, kit.Plugin.RequiredScopes),
                            new InstallationCommand.AcceptEntity(InstallationKit.Licence),
                        ];
                        foreach (var command in begin)
                        {
                            kit.Does(command);
                            model.Accepted(command, kit.Now, kit.Plugin);
                        }
                    }

                    foreach (var (hours, version, ticks, make) in steps)
                    {
                        kit.Now = kit.Now.AddHours(hours);
                        kit.Plugin = version < 0 ? kit.Plugin : Versions[version];
                        if (ticks && kit.State is not null)
                        {
                            kit.Tick();
                            Assert.Empty(kit.Tick());
                        }

                        var command = make(kit);
                        var refusal = kit.Try(command);
                        if (refusal is null)
                        {
                            model.Accepted(command, kit.Now, kit.Plugin);
                        }

                        Check(kit, model);
                    }

                    Assert.Equal(InstallationKit.Flat(kit.State), InstallationKit.Flat(kit.Replayed()));
                },
                iter: 1_000
            );

    [Fact]
    public void A_command_that_is_carried_out_and_given_again_under_another_operation_changes_nothing_but_a_renewed_consent() =>
        Step.Array[1, 30]
            .Sample(steps =>
            {
                var kit = new InstallationKit();
                foreach (var (hours, _, _, make) in steps)
                {
                    kit.Now = kit.Now.AddHours(hours);
                    var command = make(kit);
                    if (kit.Try(command) is null && command is not InstallationCommand.Consent)
                    {
                        var facts = kit.Facts;
                        Assert.Null(kit.Try(command));
                        Assert.Equal(facts, kit.Facts);
                    }
                }
            });

    [Fact]
    public void Every_refused_state_names_commands_that_are_possible_in_it() =>
        Step.Array[1, 40]
            .Sample(steps =>
            {
                var kit = new InstallationKit();
                foreach (var (hours, _, _, make) in steps)
                {
                    kit.Now = kit.Now.AddHours(hours);
                    if (kit.Try(make(kit)) is { Code: InstallationRefusals.StateForbidsCode } refusal)
                    {
                        Assert.True(refusal.TryGet(RefusalFacts.AllowedCommands, out var allowed));
                        Assert.All(allowed.ToArray(), name => AssertPossible(kit, name));
                    }
                }
            });

    private static Gen<Func<InstallationKit, InstallationCommand>> Fixed(InstallationCommand command) =>
        Gen.Const<Func<InstallationKit, InstallationCommand>>(_ => command);

    private static void Check(InstallationKit kit, LifeModel model)
    {
        if (kit.State is not { } state)
        {
            return;
        }

        Assert.Equal(model.IsRunning(kit.Now), kit.Phase == InstallationPhase.Running);
        Assert.Equal(kit.Facts, state.Version);
        // Nothing is granted that nobody named: reading orders never brings writing products (R42).
        Assert.Subset(model.Named, state.Grants.ToHashSet());
        foreach (var scope in Scopes)
        {
            var passes = kit.Call(scope) is null;
            Assert.True(
                !passes || (model.IsRunning(kit.Now) && state.GrantsAt(kit.Now).Contains(scope) && kit.Plugin.Scopes.Contains(scope)),
                scope
            );
            Assert.True(!passes || scope != "products.write" || kit.Now < model.SensitiveEnd, "a sensitive scope outlived its term");
        }
    }

    private static void AssertPossible(InstallationKit kit, string name)
    {
        InstallationCommand command = name switch
        {
            "enable" => new InstallationCommand.Enable(),
            "consent" => kit.Consent(confirmed: false, kit.Plugin.RequiredScopes),
            "grants" => kit.Grants(confirmed: false),
            "pause" => new InstallationCommand.Pause(null),
            "resume" => new InstallationCommand.Resume(),
            "settings" => new InstallationCommand.ChangeSettings(null, null),
            _ => new InstallationCommand.Disable(null),
        };
        var context = new DecisionContext(InstallationKit.Id, kit.Plugin, kit.Now, InstallationKit.RoleFor(command));
        var decision = InstallationRules.Decide(kit.State, command, context);
        Assert.Null(decision.Refusal);
    }

    /// <summary>What must be true for an installation to run, told in the plainest way.</summary>
    private sealed class LifeModel
    {
        private DateTimeOffset? _consented;
        private long _heard;
        private bool _verified;
        private bool _paused;
        private bool _suspended;

        public HashSet<string> Named { get; private set; } = [];

        public DateTimeOffset SensitiveEnd { get; private set; }

        public bool IsRunning(DateTimeOffset now) => _consented is { } at && now < at.AddDays(365) && _verified && !_paused && !_suspended;

        public void Accepted(InstallationCommand command, DateTimeOffset now, PluginProfile plugin)
        {
            switch (command)
            {
                case InstallationCommand.Consent consent:
                    Assert.Equal(plugin.Manifest.Agreement.Hash, consent.AgreementHash);
                    Assert.Subset(consent.Scopes.ToHashSet(), plugin.RequiredScopes.ToHashSet());
                    Confirmed(consent.Scopes.Except(plugin.RequiredScopes), consent.Scopes, consent.Confirmation, plugin);
                    (_consented, Named, SensitiveEnd) = (now, [.. consent.Scopes], now.AddDays(30));
                    break;
                case InstallationCommand.ChangeGrants change:
                    Confirmed(change.Grants.Except(Named).Except(plugin.RequiredScopes), change.Grants, change.Confirmation, plugin);
                    SensitiveEnd = Named.Contains("products.write") && now < SensitiveEnd ? SensitiveEnd : now.AddDays(30);
                    Named = [.. change.Grants];
                    break;
                case InstallationCommand.AcceptEntity { Version: var version } when version == 0 || version >= _heard:
                    (_verified, _heard) = (true, _verified ? _heard : version);
                    break;
                case InstallationCommand.DropEntity { Version: var version } when _verified && (version == 0 || version >= _heard):
                    (_verified, _heard) = (false, version);
                    break;
                case InstallationCommand.Pause:
                    _paused = true;
                    break;
                case InstallationCommand.Resume:
                    _paused = false;
                    break;
                case InstallationCommand.Suspend:
                    _suspended = true;
                    break;
                case InstallationCommand.Lift:
                    _suspended = false;
                    break;
                case InstallationCommand.Disable:
                    (_consented, _paused) = (null, false);
                    break;
                default:
                    break;
            }
        }

        // R69: what goes beyond the required scopes was confirmed, and exactly that.
        private static void Confirmed(
            IEnumerable<string> beyond,
            ImmutableArray<string> scopes,
            string? confirmation,
            PluginProfile plugin
        ) =>
            Assert.True(
                !beyond.Any() || confirmation == ConsentRules.ConfirmationOf(InstallationKit.Id, scopes, plugin.Manifest.Agreement.Hash)
            );
    }
}
