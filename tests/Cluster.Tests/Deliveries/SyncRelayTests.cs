using Marketplace.Cluster.Tests.Events;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>From the feed to the deliveries: whoever has events is woken, whatever dies on the way.</summary>
public sealed class SyncRelayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sellers_event_wakes_each_of_its_plugins_and_nobody_elses_and_a_burst_is_told_to_its_end()
    {
        await using var cluster = await SyncCluster.Start();
        var seller = await cluster.NewSeller("s-1", "erp", "label");
        await cluster.NewSeller("s-2", "erp");
        await cluster.Append(seller);
        await Eventually.Holds(() => cluster.Wakes.Of("s-1/erp").Contains(1) && cluster.Wakes.Of("s-1/label").Contains(1), "both plugins");

        for (var group = 0; group < 20; group++)
        {
            await cluster.Append(seller, 100);
        }

        await Eventually.Holds(
            () => cluster.Wakes.Of("s-1/erp") is [.., 2_001] && cluster.Wakes.Of("s-1/label") is [.., 2_001],
            "the burst"
        );
        var told = cluster.Wakes.Of("s-1/erp");
        Assert.Equal(told.Order().Distinct(), told);
        Assert.True(told.Count <= 21, $"{told.Count} wake-ups for 21 commits");
        Assert.Empty(cluster.Wakes.Of("s-2/erp"));

        var kpis = await Eventually.Get(
            () => Audit(cluster).GetKpis(default, Token),
            kpis => kpis.Queues.Where(IsSync).All(queue => queue.Position == queue.Head),
            "cursors of the feed at its head"
        );
        Assert.Equal(8, kpis.Queues.Count(IsSync));
        Assert.All(kpis.Queues, queue => Assert.Equal(IsSync(queue) ? 2_001 : kpis.Head, queue.Head));
    }

    [Fact]
    public async Task A_plugin_that_is_enabled_later_is_woken_by_the_next_event()
    {
        await using var cluster = await SyncCluster.Start();
        var seller = await cluster.NewSeller("s-3", "erp");
        await cluster.Append(seller);
        await Eventually.Holds(() => cluster.Wakes.Of("s-3/erp").Contains(1), "the first event");

        await cluster.NewSeller("s-3", "late");
        await cluster.Append(seller);
        await Eventually.Holds(() => cluster.Wakes.Of("s-3/late").Contains(2), "the event behind the enabling");
    }

    [Fact]
    public async Task When_a_silo_is_killed_every_sellers_last_event_is_told_all_the_same()
    {
        const int Sellers = 12;
        const int Rounds = 60;
        await using var cluster = await SyncCluster.Start();
        var sellers = await Task.WhenAll(Enumerable.Range(0, Sellers).Select(i => cluster.NewSeller($"k-{i}", "erp")));
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(sellers.Select(seller => cluster.Append(seller)));
            if (round == Rounds / 3)
            {
                await Eventually.Holds(() => sellers.All(seller => cluster.Wakes.Of($"{seller}/erp").Count > 0), "the first wake-ups");
                await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[1], Token);
            }
        }

        await Eventually.Holds(() => sellers.All(seller => cluster.Wakes.Of($"{seller}/erp").Contains(Rounds)), "the last events");
    }

    [Fact]
    public async Task What_passes_is_told_again_and_the_other_plugins_do_not_wait_for_it()
    {
        await using var cluster = await SyncCluster.Start();
        var seller = await cluster.NewSeller("s-4", "away", "erp");
        cluster.Wakes.Fails = key => key == "delivery/s-4/away" ? new StoreUnavailableException("The test took it away.") : null;
        await cluster.Append(seller);
        await Eventually.Holds(
            () => cluster.Wakes.Of("s-4/erp").Contains(1) && cluster.Wakes.Failed >= 2,
            "the other plugin, and a repetition"
        );

        cluster.Wakes.Fails = _ => null;
        await Eventually.Holds(() => cluster.Wakes.Of("s-4/away").Contains(1), "the one that was away");
        Assert.Empty(await cluster.Port<IDeadLetters>().List(true, 0, 10, Token));
    }

    [Fact]
    public async Task What_does_not_pass_is_one_dead_letter_of_the_seller_and_its_retry_wakes_for_all_that_was_lost()
    {
        await using var cluster = await SyncCluster.Start();
        var seller = await cluster.NewSeller("s-5", "bad");
        cluster.Wakes.Fails = _ => new InvalidOperationException("s-5 must not be in the dead letter.");
        for (var seq = 1; seq <= 2; seq++)
        {
            await cluster.Append(seller);
            var attempts = 3 * seq;
            await Eventually.Get(Dead, letters => letters.Count == 1 && letters[0].Attempts == attempts, "the dead letter");
        }

        var letter = Assert.Single(await Dead());
        Assert.Equal(
            ("sync-relay", "seller/s-5", 0L, "feed/s-5", 0L, "feed-news", "InvalidOperationException"),
            (letter.Subscriber, letter.Stream, letter.Position, letter.Entity, letter.Version, letter.Type, letter.Error)
        );
        Assert.Null((await Audit(cluster).RetryDeadLetter(letter.Id, Token))!.SettledAt);

        cluster.Wakes.Fails = _ => null;
        Assert.NotNull((await Audit(cluster).RetryDeadLetter(letter.Id, Token))!.SettledAt);
        Assert.Equal([2L], cluster.Wakes.Of("s-5/bad"));
        Assert.Empty(await Dead());

        async Task<IReadOnlyList<DeadLetter>> Dead() => [.. await Audit(cluster).ListDeadLetters(true, 0, 10, Token)];
    }

    [Fact]
    public async Task What_Orleans_gave_up_on_during_an_outage_is_woken_when_it_is_over_without_a_further_event()
    {
        await using var cluster = await SyncCluster.Start(giveUpAfter: TimeSpan.FromSeconds(1));
        var seller = await cluster.NewSeller("s-6", "erp");
        cluster.Wakes.Fails = _ => new StoreUnavailableException("The test took it away.");
        await cluster.Append(seller);

        // Orleans itself tries two or three times within its second: what comes behind is the failure handler.
        await Eventually.Holds(() => cluster.Wakes.Failed >= 6, "attempts of the failure handler");
        cluster.Wakes.Fails = _ => null;
        await Eventually.Holds(() => cluster.Wakes.Of("s-6/erp").Contains(1), "the wake-up after the outage");
        Assert.Empty(await cluster.Port<IDeadLetters>().List(true, 0, 10, Token));
    }

    private static IAuditGrain Audit(SyncCluster cluster) => cluster.Cluster.Client.GetGrain<IAuditGrain>(IAuditGrain.GrainKey);

    private static bool IsSync(QueueProgress queue) => queue.Queue.StartsWith("sync-", StringComparison.Ordinal);
}
