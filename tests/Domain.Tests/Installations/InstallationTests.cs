using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

public sealed class InstallationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    private static readonly string[] Scopes = ["logistics.read", "orders.flag", "orders.read", "products.read"];

    private static readonly PluginProfile Plugin = new(
        PluginId.Parse("label-printer", null), "Label printer", PluginCategory.Logistics, true, [.. Scopes[..3]], PriceBook.Standard, BurstLimit.Standard, "eu");

    private static readonly Gen<ImmutableArray<string>> Grants = Gen.Int[0, Scopes.Length - 1].Array[0, 4].Select(indexes => indexes.Select(i => Scopes[i]).ToImmutableArray());

    private static readonly Gen<InstallationCommand> Command = Gen.OneOf(
        Grants.Select(InstallationCommand (grants) => new InstallationCommand.Enable(grants)),
        Grants.Select(InstallationCommand (grants) => new InstallationCommand.ChangeGrants(grants)),
        Gen.Int[0, 2].Select(InstallationCommand (i) => new InstallationCommand.Pause(i == 0 ? null : $"reason {i}")),
        Gen.Const<InstallationCommand>(new InstallationCommand.Resume()),
        Gen.Select(Gen.Int[-1, 30], Gen.Int[-5, 90_000], InstallationCommand (hours, cap) => new InstallationCommand.ChangeSettings(hours < 0 ? null : hours, cap == 0 ? null : cap / 10_000m)),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 90], InstallationCommand (i, minutes) => new InstallationCommand.RevokeToken($"token-{i}", Noon.AddMinutes(minutes))));

    [Fact]
    public void Replay_equals_the_live_state_grants_stay_certified_and_a_repeat_changes_nothing() => Command.Array[0, 40].Sample(commands =>
    {
        Installation? live = null;
        var facts = new List<(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At)>();
        var now = Noon;
        foreach (var command in commands)
        {
            now = now.AddMinutes(3);
            var decision = Installation.Decide(live, command, Plugin);
            if (decision.Refusal is not null)
            {
                continue;
            }

            foreach (var happened in decision.Value)
            {
                facts.Add((happened.Type, happened.Encode(), now));
                live = Installation.Evolve(live, happened, now);
            }

            Assert.Subset(Plugin.Scopes.ToHashSet(), live!.Grants.ToHashSet());
            Assert.Equal(facts.Count, live.Version);
            if (command is not InstallationCommand.Enable)
            {
                Assert.Empty(Installation.Decide(live, command, Plugin).Value);
            }
        }

        var replayed = facts.Aggregate((Installation?)null, (state, fact) => Installation.Evolve(state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At));
        Assert.Equal(Flat(live), Flat(replayed));
    });

    [Fact]
    public void A_scope_that_lost_its_certification_is_no_longer_in_force()
    {
        var state = Enabled("orders.read", "orders.flag");
        Assert.Equal(["orders.read"], Entitlements.Of(state, Plugin with { Scopes = ["orders.read"] }).Scopes);
    }

    [Fact]
    public void What_is_not_certified_is_neither_enabled_nor_granted()
    {
        Assert.Equal(InstallationRefusals.PluginNotCertified, Refused(null, new InstallationCommand.Enable([]), Plugin with { Certified = false }));
        Assert.Equal(InstallationRefusals.ScopeNotCertifiedCode, Refused(null, new InstallationCommand.Enable(["products.read"]), Plugin));
        Assert.Equal(InstallationRefusals.ScopeNotCertifiedCode, Refused(Enabled(), new InstallationCommand.ChangeGrants(["Orders.read"]), Plugin));
    }

    [Fact]
    public void Nothing_but_enabling_begins_an_installation() => Command.Where(command => command is not InstallationCommand.Enable)
        .Sample(command => Refused(null, command, Plugin) == InstallationRefusals.InstallationNotFound);

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(1, null, true)]
    [InlineData(Installation.MaxSyncWindowHours, null, true)]
    [InlineData(Installation.MaxSyncWindowHours + 1, null, false)]
    [InlineData(null, "0", true)]
    [InlineData(null, "-0.001", false)]
    [InlineData(null, "0.001", true)]
    [InlineData(null, "0.0001", false)]
    [InlineData(null, "10000000", true)]
    [InlineData(null, "10000000.001", false)]
    public void Settings_have_bounds(int? hours, string? cap, bool valid)
    {
        var amount = cap is null ? (decimal?)null : decimal.Parse(cap, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(valid ? null : InstallationRefusals.SettingInvalid, Refused(Enabled(), new InstallationCommand.ChangeSettings(hours, amount), Plugin));
    }

    private static string? Refused(Installation? state, InstallationCommand command, PluginProfile plugin) => Installation.Decide(state, command, plugin).Refusal?.Code;

    private static Installation Enabled(params string[] grants) => Installation.Evolve(null, new InstallationEvent.Enabled([.. grants]), Noon);

    private static string Flat(Installation? state) => state is null
        ? "none"
        : FormattableString.Invariant($"{string.Join(',', state.Grants)} {state.Pause} {state.SyncWindowHours} {state.SpendCap} {string.Join(',', state.RevokedTokens.OrderBy(token => token.Key))} {state.CreatedAt:O} {state.Version}");
}
