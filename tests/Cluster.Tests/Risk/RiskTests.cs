using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Installations;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Risk;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Risk;

/// <summary>Moves the clock and the rules, so it has a cluster of its own.</summary>
public sealed class RiskTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_seller_decides_holds_for_the_very_next_call_on_both_silos()
    {
        var id = await Install();
        foreach (var gate in cluster.Gates)
        {
            var refused = Assert.IsType<Reservation.Refused>(await Write(gate, id, "price"));
            Assert.Equal((RiskRefusals.RiskHold, "seller"), (refused.Refusal.Code, refused.Refusal.FixBy));
            Assert.Equal(("h1", "outside-purpose", "30"), (Fact(refused, "hold"), Fact(refused, "rule"), Fact(refused, "score")));
            Assert.IsType<Reservation.Granted>(await Write(gate, id, "title"));
        }

        Assert.Null((await Decide(id, new RiskCommand.Confirm("h1", ActorId.Parse("owner"), null))).Refusal);
        foreach (var gate in cluster.Gates)
        {
            Assert.IsType<Reservation.Granted>(await Write(gate, id, "price"));
        }

        Assert.Null((await Decide(id, new RiskCommand.Reverse("h1", ActorId.Parse("owner"), "mistake"))).Refusal);
        foreach (var gate in cluster.Gates)
        {
            Assert.Equal("h2", Fact(Assert.IsType<Reservation.Refused>(await Write(gate, id, "price")), "hold"));
        }

        Assert.Equal(["hold-raised", "hold-confirmed", "hold-reversed", "hold-raised"], (await Facts(id)).Select(fact => fact.Type));
    }

    [Fact]
    public async Task A_decision_that_found_nothing_to_do_is_remembered_and_its_key_is_good_for_nothing_else()
    {
        var id = await Install();
        await Write(cluster.Gates[0], id, "price");
        var (confirm, by) = (new RiskCommand.Confirm("h1", ActorId.Parse("owner"), null), By($"{id}-again"));
        Assert.Null((await Decide(id, confirm)).Refusal);
        Assert.Equal(HoldState.Confirmed, (await Grain(id).Decide(confirm, by, Token)).Value!.State);
        Assert.Null((await Decide(id, new RiskCommand.Reverse("h1", ActorId.Parse("owner"), null))).Refusal);

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(HoldState.Confirmed, (await Grain(id).Decide(confirm, by, Token)).Value!.State);
            Assert.Equal(
                QuotaRefusals.KeyReused,
                (await Grain(id).Decide(new RiskCommand.Reverse("h1", ActorId.Parse("owner"), null), by, Token)).Refusal?.Code
            );
            await Restart(id);
        }

        Assert.Equal(["hold-raised", "hold-confirmed", "nothing-changed", "hold-reversed"], (await Facts(id)).Select(fact => fact.Type));
        Assert.Equal(HoldState.Reversed, (await Grain(id).Get(Token)).Holds[0].State);
    }

    [Fact]
    public async Task A_held_write_takes_no_place_in_any_counter()
    {
        var id = await Install();
        for (var i = 0; i < 50; i++)
        {
            Assert.IsType<Reservation.Refused>(await Write(cluster.Gates[i % 2], id, "price"));
        }

        var view = (await cluster.Gates[0].GetCounters(id, new TokenStamp("token-1", null), Token)).Value!;
        Assert.Equal((0, 1_000), (view.DailyUsed, view.BurstRemaining));
        Assert.Equal(0, (await cluster.Cluster.Client.GetGrain<IQuotaGrain>(GrainKeys.Quota(id)).Inspect(Token))!.Rate.Calls);
        Assert.Empty(cluster.Ledger.RowsOf(id));
    }

    [Fact]
    public async Task Writes_that_are_held_at_once_through_both_silos_raise_one_hold()
    {
        var id = await Install();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Write(cluster.Gates[i % 2], id, "price")));
        Assert.All(answers, answer => Assert.Equal("h1", Fact(Assert.IsType<Reservation.Refused>(answer), "hold")));
        Assert.Single(await Facts(id));
    }

    [Fact]
    public async Task While_the_hold_cannot_be_written_down_the_call_is_not_refused_with_it()
    {
        var id = await Install();
        Assert.IsType<Reservation.Granted>(await Write(cluster.Gates[0], id, "title"));
        cluster.Journal.IsDown = true;
        try
        {
            foreach (var gate in cluster.Gates)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => Write(gate, id, "price"));
            }

            Assert.IsType<Reservation.Granted>(await Write(cluster.Gates[0], id, "title"));
        }
        finally
        {
            cluster.Journal.IsDown = false;
        }

        Assert.Empty(await Facts(id));
        Assert.Equal(
            "h1",
            Fact(Assert.IsType<Reservation.Refused>(await QuotaCluster.WhenAvailable(() => Write(cluster.Gates[1], id, "price"))), "hold")
        );
    }

    [Fact]
    public async Task Holds_and_clearances_survive_the_end_of_counter_and_grain()
    {
        var id = await Install();
        await Write(cluster.Gates[0], id, "price");
        await Restart(id);
        Assert.Equal(
            "h1",
            Fact(Assert.IsType<Reservation.Refused>(await QuotaCluster.WhenAvailable(() => Write(cluster.Gates[0], id, "price"))), "hold")
        );
        Assert.Null((await Decide(id, new RiskCommand.Confirm("h1", ActorId.Parse("owner"), null))).Refusal);
        await Restart(id);
        Assert.IsType<Reservation.Granted>(await QuotaCluster.WhenAvailable(() => Write(cluster.Gates[1], id, "price")));
        Assert.Single((await Grain(id).Get(Token)).Holds);
    }

    [Fact]
    public async Task A_decision_that_was_written_but_not_pushed_reaches_the_counter_when_the_grain_starts()
    {
        var id = await Install();
        await Write(cluster.Gates[0], id, "price");
        await End(id);
        var last = (await Facts(id))[^1];
        var confirmed = new RiskEvent.HoldConfirmed("h1", ActorId.Parse("owner"), null, cluster.Time.GetUtcNow().AddDays(1), 0);
        Assert.True(
            await cluster.Journal.Append(
                [
                    JournalFact.Following(
                        last,
                        last.Entity,
                        OperationId.Parse("lost"),
                        ActorId.Parse("owner"),
                        cluster.Time.GetUtcNow(),
                        confirmed.Type,
                        confirmed.Encode()
                    ),
                ],
                Token
            )
        );

        await Grain(id).Get(Token);
        Assert.IsType<Reservation.Granted>(
            await QuotaCluster.WhenAvailable(async () =>
                await Write(cluster.Gates[0], id, "price") is Reservation.Granted granted
                    ? granted
                    : throw new StoreUnavailableException("Not yet.")
            )
        );
    }

    [Fact]
    public async Task A_repeated_decision_is_answered_as_the_first_was_and_another_with_its_key_is_refused()
    {
        var id = await Install();
        await Write(cluster.Gates[0], id, "price");
        var by = By("decide-once");
        var first = await Grain(id).Decide(new RiskCommand.Confirm("h1", ActorId.Parse("owner"), null), by, Token);
        await Decide(id, new RiskCommand.Reverse("h1", ActorId.Parse("owner"), null));
        var repeat = await Grain(id).Decide(new RiskCommand.Confirm("h1", ActorId.Parse("owner"), null), by, Token);
        Assert.Equal((HoldState.Confirmed, first.Value!.ClearedUntil), (repeat.Value!.State, repeat.Value.ClearedUntil));
        Assert.Equal(
            QuotaRefusals.KeyReused,
            (await Grain(id).Decide(new RiskCommand.Reject("h1", ActorId.Parse("owner"), null), by, Token)).Refusal?.Code
        );
        Assert.Equal(3, (await Facts(id)).Count);
    }

    [Fact]
    public async Task An_established_plugins_sudden_verb_is_held_by_what_the_ledger_says_of_it()
    {
        var id = await Install();
        await SetRules([RiskRuleSet.Standard.Rules[1] with { BaselineDays = 3, BaselineCalls = 12 }]);
        try
        {
            for (var day = 0; day < 3; day++)
            {
                Assert.IsType<Reservation.Granted>(await Run(cluster.Gates[0], id, "products.patch", "products.write", ["title"]));
                Assert.IsType<Reservation.Granted>(await Run(cluster.Gates[0], id, "orders.flag", "orders.flag", [], 404));
                for (var i = 0; i < 4; i++)
                {
                    Assert.IsType<Reservation.Granted>(await Run(cluster.Gates[i % 2], id, "orders.get", "orders.read", null));
                }

                cluster.Time.Advance(TimeSpan.FromDays(1));
            }

            // A verb that only failed so far is as new as one never called.
            Assert.IsType<Reservation.Granted>(await Run(cluster.Gates[0], id, "products.patch", "products.write", ["title"]));
            Assert.Equal(
                "new-verb",
                Fact(Assert.IsType<Reservation.Refused>(await Run(cluster.Gates[0], id, "orders.flag", "orders.flag", [])), "rule")
            );
            Assert.Equal("3", (await Grain(id).Get(Token)).Holds[0].Finding.Evidence["active_days"]);
        }
        finally
        {
            await SetRules(RiskRuleSet.Standard.Rules);
        }
    }

    [Fact]
    public async Task Rules_set_by_an_operator_are_in_force_on_both_silos_within_a_second()
    {
        var id = await Install();
        Assert.IsType<Reservation.Refused>(await Write(cluster.Gates[0], id, "price"));
        await SetRules([RiskRuleSet.Standard.Rules[0] with { Mode = RiskMode.Observe }]);
        try
        {
            foreach (var gate in cluster.Gates)
            {
                Assert.IsType<Reservation.Granted>(await Write(gate, id, "price"));
            }
        }
        finally
        {
            await SetRules(RiskRuleSet.Standard.Rules);
        }

        Assert.IsType<Reservation.Refused>(await Write(cluster.Gates[1], id, "price"));
    }

    private async Task SetRules(ImmutableArray<RiskRule> rules)
    {
        var by = new Initiator(ActorId.Parse("operator"), OperationId.Parse(Guid.NewGuid().ToString()));
        Assert.Null((await cluster.Cluster.Client.GetGrain<IRiskRulesGrain>(GrainKeys.RiskRules()).Set(rules, by, Token)).Refusal);
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task<InstallationId> Install()
    {
        var name = Guid.NewGuid().ToString("N");
        var id = InstallationId.Parse($"risk-{name}/lingua-{name}", null);
        ImmutableArray<string> scopes = ["orders.flag", "orders.read", "products.write"];
        var text = new BilingualText("用途", "purpose");
        var manifest = PluginManifest.Undeclared with
        {
            Scopes =
            [
                .. scopes.Select(scope => new ScopeDeclaration(scope, true, text, text)
                {
                    Touches = scope == "products.write" ? ["attributes", "title"] : null,
                }),
            ],
        };
        var profile = new PluginProfile(
            id.Plugin,
            "Lingua",
            PluginCategory.ComplianceAndLocalisation,
            true,
            scopes,
            PriceBook.Standard,
            new BurstLimit(1_000, 1_000),
            DataRegion.Parse("eu")
        )
        {
            Manifest = manifest,
        };
        await cluster
            .Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin))
            .Register(profile, new Initiator(ActorId.Parse("tests"), OperationId.Parse("register")), Token);
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Enable())).Refusal);
        Assert.Null(
            (
                await cluster.Execute(
                    id,
                    new InstallationCommand.Consent(manifest.Agreement.Version, manifest.Agreement.Hash, scopes, null)
                )
            ).Refusal
        );
        Assert.Null((await cluster.Execute(id, new InstallationCommand.AcceptEntity("91440300MA5TESTS0X"))).Refusal);
        return id;
    }

    /// <summary>Reserves a change of a product's fields; what is granted is given back.</summary>
    private async Task<Reservation> Write(IQuotaGate gate, InstallationId id, params string[] fields)
    {
        var intent = Intent("products.patch", "products.write", fields);
        var reservation = await gate.Reserve(id, intent, Token);
        if (reservation is Reservation.Granted)
        {
            await gate.Release(id, new CallFailure(intent.CallId, intent.Operation, 500, "internal-error"));
        }

        return reservation;
    }

    private async Task<Reservation> Run(
        IQuotaGate gate,
        InstallationId id,
        string operation,
        string scope,
        string[]? touches,
        int status = 200
    )
    {
        var intent = Intent(operation, scope, touches);
        var reservation = await gate.Reserve(id, intent, Token);
        if (reservation is Reservation.Granted)
        {
            await QuotaCluster.Settle(gate, id, intent, status);
        }

        return reservation;
    }

    private CallIntent Intent(string operation, string scope, string[]? touches) =>
        cluster.Intent() with
        {
            Operation = OperationName.Parse(operation),
            Scope = scope,
            Touches = touches,
        };

    private Task<Outcome<RiskHold>> Decide(InstallationId id, RiskCommand command) =>
        Grain(id).Decide(command, By(Guid.NewGuid().ToString()), Token);

    private static Initiator By(string operation) => new(ActorId.Parse("owner"), OperationId.Parse(operation), null, InitiatorRoles.Owner);

    private IRiskGrain Grain(InstallationId id) => cluster.Cluster.Client.GetGrain<IRiskGrain>(GrainKeys.Risk(id));

    private async Task Restart(InstallationId id)
    {
        await cluster.Deactivate(id);
        await End(id);
    }

    private async Task End(InstallationId id) => await Grain(id).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private async Task<List<JournalFact>> Facts(InstallationId id)
    {
        var facts = new List<JournalFact>();
        await foreach (var fact in cluster.Journal.Read(GrainKeys.Risk(id), 0, Token))
        {
            facts.Add(fact);
        }

        return facts;
    }

    private static string Fact(Reservation.Refused refused, string name) =>
        refused.Refusal.Evidence?[name].ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
