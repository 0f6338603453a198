using System.Text;
using Marketplace.Billing;
using Marketplace.Grains.Quotas;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;
using Xunit;

namespace Marketplace.Cluster.Tests.Quotas;

public sealed class QuotaGateTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_through_both_silos_get_the_days_numbers_once_each_and_none_passes_the_limit()
    {
        var id = await cluster.Install();
        var intents = Enumerable.Range(0, 24).Select(_ => cluster.Intent()).ToArray();
        var answers = await Task.WhenAll(intents.Select((intent, i) => cluster.Gates[i % 2].Reserve(id, intent, Token).AsTask()));
        var granted = intents.Where((_, i) => answers[i] is Reservation.Granted).ToArray();
        var settled = await Task.WhenAll(granted.Select((intent, i) => QuotaCluster.Settle(cluster.Gates[(i / 2) % 2], id, intent)));

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), settled.Select(settlement => settlement.Call!.Value.Number).Order());
        Assert.All(answers.OfType<Reservation.Refused>(), refused => Assert.Equal(QuotaRefusals.QuotaExceeded, refused.Refusal.Code));
        var rows = cluster.VerifiedRows(id);
        Assert.Equal(10, rows[^1].Cumulative);
        Assert.All(settled, settlement => Assert.Contains(rows, row => row.Hash.Span.SequenceEqual(settlement.RowHash.Span)));
    }

    [Fact]
    public async Task A_pause_and_a_withdrawn_scope_stop_the_very_next_call_on_both_silos()
    {
        var id = await cluster.Install();
        (InstallationCommand Command, string? Code)[] changes =
        [
            (new InstallationCommand.Pause("holiday"), InstallationRefusals.InstallationPaused),
            (new InstallationCommand.Resume(), null),
            (new InstallationCommand.ChangeGrants([]), QuotaRefusals.ScopeMissing),
            (new InstallationCommand.ChangeGrants(["orders.read"]), null),
            (new InstallationCommand.RevokeToken("token-1", DateTimeOffset.MaxValue), QuotaRefusals.TokenRevoked),
        ];
        foreach (var (command, code) in changes)
        {
            Assert.Null((await cluster.Execute(id, command)).Refusal);
            foreach (var gate in cluster.Gates)
            {
                var answer = await gate.Reserve(id, cluster.Intent(), Token);
                Assert.Equal(code, (answer as Reservation.Refused)?.Refusal.Code);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_row_of_another_activation_fences_the_counter_and_the_next_call_has_the_right_number(int silo)
    {
        var id = await cluster.Install();
        var gate = cluster.Gates[silo];
        await cluster.Call(gate, id);
        var last = cluster.Ledger.RowsOf(id)[^1];
        var foreign = new UsageEntry(
            UInt128.MaxValue,
            OperationName.Parse("orders.get"),
            last.Day.ToDateTime(TimeOnly.MinValue),
            200,
            null
        );
        Assert.True(
            cluster.Ledger.Insert(
                (
                    last with
                    {
                        Seq = 2,
                        Count = 1,
                        Cumulative = 2,
                        Opening = default,
                        Body = new UsageBody([new Tally(OperationName.Parse("orders.get"), 0, 2)], [foreign]).Encode(),
                    }
                ).ChainedTo(last.Hash)
            )
        );

        await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Call(gate, id));

        var next = await QuotaCluster.WhenAvailable(() => cluster.Call(gate, id));
        Assert.Equal(3, next.Call!.Value.Number);
        Assert.Equal(3, cluster.VerifiedRows(id)[^1].Cumulative);
    }

    [Theory]
    [InlineData(0, false, 2)]
    [InlineData(1, false, 2)]
    [InlineData(0, true, 3)]
    [InlineData(1, true, 3)]
    public async Task A_failed_commit_fails_its_calls_and_the_next_goes_on_from_what_the_ledger_has(int silo, bool kept, int number)
    {
        var id = await cluster.Install();
        var gate = cluster.Gates[silo];
        await cluster.Call(gate, id);
        cluster.Ledger.Next = kept ? Commit.FailsKeeping : Commit.FailsLosing;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Call(gate, id));

        Assert.Equal(number, (await QuotaCluster.WhenAvailable(() => cluster.Call(gate, id))).Call!.Value.Number);
        cluster.VerifiedRows(id);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_the_ledger_is_down_a_counter_that_is_not_loaded_says_so_at_once_on_both_silos()
    {
        var id = await cluster.Install();
        await cluster.Deactivate(id);
        await cluster.Gone(id);
        cluster.Ledger.IsAccepting = false;
        try
        {
            foreach (var gate in cluster.Gates)
            {
                Assert.False(gate.IsAccepting);
                await Assert.ThrowsAsync<StoreUnavailableException>(() => gate.Reserve(id, cluster.Intent(), Token).AsTask());
            }
        }
        finally
        {
            cluster.Ledger.IsAccepting = true;
        }

        Assert.Equal(1, (await QuotaCluster.WhenAvailable(() => cluster.Call(cluster.Gates[0], id))).Call!.Value.Number);
    }

    [Fact]
    public async Task A_counter_that_ends_brings_its_settled_calls_into_the_ledger_first()
    {
        var id = await cluster.Install();
        var intent = cluster.Intent();
        var gate = cluster.Gates[0];
        Assert.IsType<Reservation.Granted>(await gate.Reserve(id, intent, Token));
        Task<Settlement> settling;
        using (cluster.Ledger.Hold())
        {
            settling = QuotaCluster.Settle(gate, id, intent);

            // What comes when the activation has begun to end is kept for the next one, which does not know the permit.
            await cluster.Ledger.Waits.WaitAsync(Token);
            await cluster.Deactivate(id);
            Assert.Empty(cluster.Ledger.RowsOf(id));
        }

        Assert.Equal(1, (await settling).Call!.Value.Number);
        Assert.Equal(2, (await QuotaCluster.WhenAvailable(() => cluster.Call(cluster.Gates[1], id))).Call!.Value.Number);
        cluster.VerifiedRows(id);
    }

    [Fact]
    public async Task A_repeated_key_is_answered_from_the_ledger_also_by_a_counter_that_started_anew()
    {
        var id = await cluster.Install();
        var key = new IdempotencyKey(1, 2);
        var first = await cluster.Call(cluster.Gates[0], id, key);
        await cluster.Deactivate(id);
        foreach (var gate in cluster.Gates)
        {
            var repeated = Assert.IsType<Reservation.Repeated>(
                await QuotaCluster.WhenAvailable(() => gate.Reserve(id, cluster.Intent(key), Token).AsTask())
            );
            var answer = await gate.ReadAnswer(id, repeated, Token);
            Assert.Equal(first.Call, answer.Call);
            Assert.Equal(first.RowHash.ToArray(), answer.RowHash.ToArray());
            Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(answer.Entry.Key!.Body.Span));
        }

        Assert.Equal(1, cluster.VerifiedRows(id)[^1].Cumulative);
    }

    [Fact]
    public async Task An_error_leaves_no_row_and_is_remembered_when_the_counter_is_put_away()
    {
        var id = await cluster.Install();
        foreach (var gate in cluster.Gates)
        {
            var intent = cluster.Intent(new IdempotencyKey(1, 2));
            Assert.IsType<Reservation.Granted>(await gate.Reserve(id, intent, Token));
            var settled = await QuotaCluster.Settle(gate, id, intent, 404);
            Assert.Equal((null, null, 0), (settled.Call, settled.Refusal, settled.RowHash.Length));
        }

        await cluster.Call(cluster.Gates[0], id);
        var before = await View(id);
        var home = cluster.Cluster.Silos.Single(silo => silo.ServiceProvider.GetRequiredService<CallCounters>().TryGet(id, out _));
        await cluster.Deactivate(id);
        await cluster.Gone(id);

        // It is to come to life where it was: another process knows nothing of it.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, home.SiloAddress);
        var after = await View(id);

        Assert.Single(cluster.VerifiedRows(id));
        Assert.Equal((1, 2), (before.DailyUsed, before.ErrorsUsed));
        Assert.Equal((1, 2), (after.DailyUsed, after.ErrorsUsed));
    }

    private async Task<QuotaView> View(InstallationId id) =>
        (await cluster.Gates[0].GetCounters(id, new TokenStamp("token-1", null), Token)).Value!;
}
