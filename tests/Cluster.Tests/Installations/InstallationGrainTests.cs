using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Installations;

public sealed class InstallationGrainTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_stops_an_installation_stops_the_very_next_call_on_both_silos()
    {
        var id = await cluster.Install();
        await Expect(id, null);
        (InstallationCommand[] Commands, string? Code)[] changes =
        [
            ([new InstallationCommand.ChangeGrants([])], QuotaRefusals.ScopeMissing),
            ([new InstallationCommand.ChangeGrants(["orders.read"])], null),
            ([new InstallationCommand.Pause("holiday")], InstallationRefusals.InstallationPaused),
            ([new InstallationCommand.Resume()], null),
            ([new InstallationCommand.Suspend("abuse")], InstallationRefusals.InstallationSuspended),
            ([new InstallationCommand.Lift()], null),
            ([new InstallationCommand.DropEntity("licence expired")], InstallationRefusals.EntityUnverified),
            ([QuotaCluster.Steps[2]], null),
            ([new InstallationCommand.Disable(null)], InstallationRefusals.InstallationDisabled),
            ([QuotaCluster.Steps[0]], InstallationRefusals.ConsentMissing),
            ([QuotaCluster.Steps[1]], null),
        ];
        foreach (var (commands, code) in changes)
        {
            foreach (var command in commands)
            {
                Assert.Null((await cluster.Execute(id, command)).Refusal);
            }

            await Expect(id, code);
        }
    }

    [Fact]
    public async Task The_authorisation_ends_on_both_silos_by_the_clock_and_its_warnings_are_noted_once_whoever_asks()
    {
        var id = await cluster.Install();
        await Expect(id, null);
        cluster.Time.Advance(TimeSpan.FromDays(365) - TimeSpan.FromHours(30));
        var next = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Grain(id).Tick(Token)));
        Assert.Equal(next[0]!.Value, Assert.Single(next.Distinct())!.Value);
        Assert.Single(Facts(id), "expiry-near");

        cluster.Time.Advance(TimeSpan.FromHours(30));
        await Expect(id, InstallationRefusals.AuthorisationExpired);
        Assert.Equal(SellerState.AuthExpired, await State(id));
        await Grain(id).Tick(Token);
        await Deactivate(id);
        await Grain(id).Tick(Token);
        Assert.Single(Facts(id), "authorisation-expired");

        Assert.Null((await cluster.Execute(id, QuotaCluster.Steps[1])).Refusal);
        await Expect(id, null);
    }

    [Fact]
    public async Task A_repeated_operation_id_changes_nothing_and_answers_as_the_first_did_also_after_a_restart()
    {
        var id = InstallationId.Parse("seller-repeats/plugin-repeats", null);
        await cluster.Register(id.Plugin, 1, "orders.read");
        InstallationCommand[] commands =
        [
            .. QuotaCluster.Steps,
            new InstallationCommand.Pause("one"),
            new InstallationCommand.Resume(),
            new InstallationCommand.Suspend("abuse"),
            new InstallationCommand.Lift(),
            new InstallationCommand.ChangeGrants([]),
            new InstallationCommand.DropEntity("lapsed"),
            new InstallationCommand.Disable(null),
            new InstallationCommand.Enable(),
        ];
        var first = new List<string>();
        for (var i = 0; i < commands.Length; i++)
        {
            cluster.Time.Advance(TimeSpan.FromMinutes(1));
            first.Add(Flat(await Execute(i)));
        }

        var facts = Facts(id);
        Assert.Equal(commands.Length, facts.Count);
        for (var round = 0; round < 2; round++)
        {
            for (var i = commands.Length - 1; i >= 0; i--)
            {
                Assert.Equal(first[i], Flat(await Execute(i)));
                Assert.Equal(QuotaRefusals.KeyReused, (await Execute(i, commands[(i + 2) % commands.Length])).Refusal?.Code);
            }

            await Deactivate(id);
        }

        Assert.Equal(facts, Facts(id));

        Task<Outcome<InstallationAnswer>> Execute(int i, InstallationCommand? command = null) =>
            Grain(id)
                .Execute(
                    command ?? commands[i],
                    new Initiator(ActorId.Parse("test"), OperationId.Parse($"repeat-{i}")).For(commands[i]),
                    Token
                );
    }

    [Fact]
    public async Task An_operation_that_found_nothing_to_do_does_nothing_when_it_is_repeated_later()
    {
        var id = await cluster.Install();
        await Execute("a", new InstallationCommand.Pause("a"));
        await Execute("b", new InstallationCommand.Pause("b"));
        await Execute("c", new InstallationCommand.Resume());
        await Execute("d", new InstallationCommand.Resume());
        await Execute("e", new InstallationCommand.ChangeSettings(null, null));
        var facts = Facts(id);
        Assert.Equal(["paused", "nothing-changed", "resumed", "nothing-changed", "nothing-changed"], facts[^5..]);

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("a", (await Execute("b", new InstallationCommand.Pause("b"))).Value!.State.Pause?.Reason);
            Assert.Equal(QuotaRefusals.KeyReused, (await Execute("b", new InstallationCommand.Pause("other"))).Refusal?.Code);
            Assert.Equal(QuotaRefusals.KeyReused, (await Execute("b", new InstallationCommand.Disable("b"))).Refusal?.Code);
            Assert.Null((await Execute("d", new InstallationCommand.Resume())).Refusal);
            Assert.Null((await Execute("e", new InstallationCommand.ChangeSettings(null, null))).Refusal);
            Assert.Equal(SellerState.Running, await State(id));
            await Deactivate(id);
        }

        await Expect(id, null);
        await Execute("call→f", new InstallationCommand.Resume());
        Assert.Equal(facts, Facts(id));

        Task<Outcome<InstallationAnswer>> Execute(string operation, InstallationCommand command) =>
            Grain(id).Execute(command, new Initiator(ActorId.Parse("test"), OperationId.Parse($"{id}-{operation}")).For(command), Token);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("seller-owner")]
    [InlineData("operator")]
    public async Task A_command_in_a_role_that_may_not_give_it_is_refused_and_changes_nothing(string? role)
    {
        var id = await cluster.Install();
        var facts = Facts(id);
        foreach (var command in new InstallationCommand[] { new InstallationCommand.Pause(null), new InstallationCommand.ChangeGrants([]) })
        {
            var outcome = await Grain(id).Execute(command, cluster.By() with { Role = ActorRole.Of(role) }, Token);
            Assert.Equal("role-not-allowed", outcome.Refusal?.Code);
        }

        Assert.Equal(facts, Facts(id));
    }

    [Fact]
    public async Task A_new_version_of_the_plugin_is_felt_by_the_next_call_without_a_restart()
    {
        var id = await cluster.Install();
        await Expect(id, null);
        Assert.Equal([id.Seller], await Sellers(id));

        await cluster.Register(id.Plugin, 2, "orders.read", "products.read");
        await Grain(id).Refresh(Token);

        await Expect(id, null);
        await Expect(id, QuotaRefusals.ScopePending, "products.read");
        await cluster.Register(id.Plugin, 3, "products.read");
        await Grain(id).Refresh(Token);
        await Expect(id, QuotaRefusals.ScopeMissing);
    }

    [Fact]
    public async Task A_command_that_the_journal_did_not_take_changed_nothing_and_passes_when_repeated()
    {
        var id = await cluster.Install();
        var by = cluster.By().For(new InstallationCommand.Pause(null));
        cluster.Journal.IsDown = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Grain(id).Execute(new InstallationCommand.Pause(null), by, Token));
        cluster.Journal.IsDown = false;

        Assert.Equal(SellerState.Running, await State(id));
        Assert.Null((await Grain(id).Execute(new InstallationCommand.Pause(null), by, Token)).Refusal);
        Assert.Equal(SellerState.Paused, await State(id));
    }

    [Fact]
    public async Task The_consent_document_is_there_before_the_plugin_is_enabled_and_not_without_a_plugin()
    {
        var id = InstallationId.Parse("seller-new/plugin-document", null);
        Assert.Null(await Grain(id).GetConsent(Token));
        Assert.Equal(InstallationRefusals.PluginNotFound, (await cluster.Execute(id, QuotaCluster.Steps[0])).Refusal?.Code);
        await cluster.Register(id.Plugin, 1, "orders.read");

        var document = (await Grain(id).GetConsent(Token))!;

        Assert.False(document.IsEnabled);
        Assert.Equal("orders.read", Assert.Single(document.Required).Info.Scope);
        Assert.Empty(document.Granted);
        Assert.Null(await Grain(id).Get(Token));
    }

    private static string Flat(Outcome<InstallationAnswer> outcome) => System.Text.Json.JsonSerializer.Serialize(outcome);

    private async Task Expect(InstallationId id, string? code, string scope = "orders.read")
    {
        foreach (var gate in cluster.Gates)
        {
            var answer = await gate.Reserve(id, cluster.Intent(scope: scope), Token);
            Assert.Equal(code, (answer as Reservation.Refused)?.Refusal.Code);
            if (answer is Reservation.Granted)
            {
                // The day has few calls.
                await gate.Release(id, new CallFailure(cluster.LastCall, OperationName.Parse("orders.get"), 500, "test"));
            }
        }
    }

    private async Task<SellerState> State(InstallationId id)
    {
        var answer = (await Grain(id).Get(Token))!;
        return answer.State.StateAt(answer.At);
    }

    private async Task<ImmutableArray<Marketplace.Sellers.SellerId>> Sellers(InstallationId id) =>
        await cluster.Cluster.Client.GetGrain<IPluginSellersGrain>(PluginSellerShards.KeyOf(id.Plugin, id.Seller)).ReadPage(null);

    private async Task Deactivate(InstallationId id) => await Grain(id).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private List<string> Facts(InstallationId id) => [.. cluster.Journal.FactsOf(GrainKeys.Of(id)).Select(fact => fact.Type)];

    private IInstallationGrain Grain(InstallationId id) => cluster.Cluster.Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
}
