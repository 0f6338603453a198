using System.Reflection;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.TestKit;
using Orleans.Concurrency;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>What a wake-up costs, and that none is forgotten whatever ends.</summary>
public sealed class DeliveryWakeUpTests(DeliveryCluster cluster) : IClassFixture<DeliveryCluster>
{
    private static readonly string[] Reads =
    [
        nameof(IDeliveryGrain.GetStatus),
        nameof(IDeliveryGrain.Ping),
        nameof(IDeliveryGrain.Consume),
        nameof(IDeliveryGrain.WaitForEvents),
        nameof(IDeliveryGrain.DryReplay),
        nameof(IDeliveryGrain.ListAttempts),
        nameof(IDeliveryGrain.ListDeadLetters),
        nameof(IDeliveryGrain.ListOpen),
        nameof(IDeliveryGrain.Reconcile),
        nameof(IDeliveryGrain.Trace),
    ];

    // One plugin's slow confirmation must not hold up the wake-ups of its seller's other plugins, or a seller's pause.
    private static readonly string[] Posts =
    [
        nameof(IDeliveryGrain.Entitle),
        nameof(IDeliveryGrain.Share),
        nameof(IDeliveryGrain.Reload),
        nameof(IDeliveryGrain.Wake),
        nameof(IDeliveryGrain.RunDueWork),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Only_methods_that_change_nothing_or_post_interleave()
    {
        var interleaving = typeof(IDeliveryGrain)
            .GetMethods()
            .Where(method => method.GetCustomAttributes<AlwaysInterleaveAttribute>().Any())
            .Select(method => method.Name);

        Assert.Equal(Reads.Concat(Posts).Order(), interleaving.Order());
    }

    [Fact]
    public async Task A_wake_up_costs_one_commit_and_leaves_nothing_due()
    {
        var id = await Settled();
        var before = cluster.Log.WritesOf(id);

        await cluster.Append(id, "a");
        Assert.Equal((before + 1, null), (cluster.Log.WritesOf(id), await DueAt(id)));
        Assert.Equal(2, cluster.Receivers.Of(id).Count);

        await cluster.Append(id, "b");
        Assert.Equal((before + 2, null), (cluster.Log.WritesOf(id), await DueAt(id)));
        Assert.Equal(3, cluster.Receivers.Of(id).Count);
    }

    [Fact]
    public async Task Events_that_are_withheld_and_sent_after_one_wake_up_are_one_row()
    {
        var id = await Settled();
        Assert.Null((await cluster.Execute(id, new InstallationCommand.ChangeGrants(["logistics.read"]))).Refusal);
        await cluster.Append(id, "a");
        await Eventually.Holds(async () => await DueAt(id) is null, "nothing is due");
        var (writes, rows) = (cluster.Log.WritesOf(id), cluster.Log.Of(id).Count);

        await cluster.AppendWithTrack(id, "b", "t");
        Assert.Equal((writes + 1, rows + 1), (cluster.Log.WritesOf(id), cluster.Log.Of(id).Count));
        Assert.Equal(
            [DeliveryOutcome.Acknowledged, DeliveryOutcome.Withheld],
            cluster.Log.Of(id)[^1].Entries.Select(entry => entry.Outcome).Order()
        );
    }

    [Fact]
    public async Task A_slow_receiver_holds_a_wake_up_up_for_a_moment_and_then_it_is_due_until_the_events_have_arrived()
    {
        var id = await Settled();
        var before = cluster.Log.WritesOf(id);
        var gate = cluster.Receivers.Close($"/{id}");

        await cluster.Append(id, "a");
        Assert.Equal(before + 1, cluster.Log.WritesOf(id));
        Assert.Equal(cluster.Time.GetUtcNow().AddSeconds(30), await DueAt(id));

        gate.Open();
        await Arrive(id, 2);
        await Eventually.Holds(async () => await DueAt(id) is null, "nothing is due");
        Assert.Equal(before + 2, cluster.Log.WritesOf(id));
    }

    [Fact]
    public async Task A_run_ends_only_when_it_has_delivered_what_another_activation_was_woken_for()
    {
        var id = await Settled();
        var gate = cluster.Receivers.Close($"/{id}");
        await cluster.Append(id, "a");

        // The other activation's mark was replaced by this one's, so nobody else will look.
        await cluster.AppendUnheard(id, "b");
        gate.Open();

        await Arrive(id, 3);
        await Eventually.Holds(async () => await DueAt(id) is null, "nothing is due");
        Assert.Equal([1L, 2L, 3L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task A_due_look_during_a_run_finds_events_that_the_run_has_not_heard_of()
    {
        var id = await Settled();
        var gate = cluster.Receivers.Close($"/{id}");
        await cluster.Append(id, "a");
        await cluster.AppendUnheard(id, "b");

        await cluster.Delivery(id).RunDueWork(Token);
        await Eventually.Holds(() => gate.Waiting == 2, "both events wait for the receiver");

        gate.Open();
        await Arrive(id, 3);
    }

    [Fact]
    public async Task An_activation_that_has_nothing_to_send_ends_when_another_one_has_written()
    {
        var id = await Settled();
        var last = cluster.Log.Of(id)[^1];
        var entry = new DeliveryEntry(1, 1, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, cluster.Time.GetUtcNow());
        var row = DeliveryRow.Following(id, last.No, last.Hash, cluster.Time.GetUtcNow(), [entry]);
        var state = (await cluster.Log.ReadState(id, Token))!.State;
        Assert.True(await cluster.Log.Append(new DeliveryCommit(row, cluster.Time.GetUtcNow(), state), Token));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Delivery(id).RunDueWork(Token));

        // The next activation continues from the other one's row.
        await cluster.Append(id, "a");
        await Eventually.Holds(() => cluster.Log.Of(id)[^1].No == row.No + 1, "the next row is written");
        Assert.Equal([1L, 2L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task What_is_due_although_nothing_is_left_to_do_is_due_no_more_after_one_look()
    {
        var id = await Settled();
        await cluster.Log.Mark(id, cluster.Time.GetUtcNow(), Token);

        await cluster.Delivery(id).RunDueWork(Token);
        await Eventually.Holds(async () => await DueAt(id) is null, "nobody looks any more");
    }

    [Fact]
    public async Task While_the_log_cannot_be_written_a_new_activation_sends_nothing()
    {
        var id = await Settled();
        cluster.Log.IsReadOnly = true;
        try
        {
            for (var round = 0; round < 3; round++)
            {
                await cluster.Deactivate(id);
                await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Append(id, "a"));
            }

            Assert.Single(cluster.Receivers.Of(id));
        }
        finally
        {
            cluster.Log.IsReadOnly = false;
        }

        await cluster.Append(id, "a");
        await Arrive(id, 5);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task An_activation_that_loses_to_another_one_leaves_a_wake_up_for_what_it_was_woken_for()
    {
        var id = await Settled();
        var last = cluster.Log.Of(id)[^1];
        var entry = new DeliveryEntry(1, 1, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, cluster.Time.GetUtcNow());
        var row = DeliveryRow.Following(id, last.No, last.Hash, cluster.Time.GetUtcNow(), [entry]);
        var state = (await cluster.Log.ReadState(id, Token))!.State;
        Assert.True(await cluster.Log.Append(new DeliveryCommit(row, null, state), Token));

        await cluster.Append(id, "a");
        Assert.NotNull(await DueAt(id));

        // The next activation continues from the other one's row, and repeats what was not recorded.
        await cluster.Delivery(id).RunDueWork(Token);
        await Arrive(id, 3);
        Assert.Equal([1L, 2L, 2L], cluster.Receivers.SeqsOf(id));
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Cursor == 2, "it is recorded");
    }

    [Fact]
    public async Task What_arrived_is_not_sent_again_after_an_orderly_stop_that_found_it_unwritten()
    {
        var id = await Settled();
        await EndWhileWriting(id, cluster.Deactivate);
        await Arrive(id, 4);
        Assert.Equal([1L, 2L, 3L, 4L], cluster.Receivers.SeqsOf(id));
        await Eventually.Holds(async () => await DueAt(id) is null, "nothing is due");
    }

    [Fact]
    public async Task A_reload_writes_nothing_more_because_the_entitlement_may_be_outdated()
    {
        var id = await Settled();
        await EndWhileWriting(id, one => cluster.Delivery(one).Reload());
        await Arrive(id, 5);
        Assert.Equal([1L, 2L, 3L, 3L, 4L], cluster.Receivers.SeqsOf(id).Order());
    }

    /// <summary>Ends an activation while it writes the row of one event, a second has arrived and a third is in flight.</summary>
    private async Task EndWhileWriting(InstallationId id, Func<InstallationId, Task> end)
    {
        var gates = new List<SendGate>();
        foreach (var order in new[] { "a", "b", "c" })
        {
            gates.Add(cluster.Receivers.Close($"/{id}"));
            await cluster.Append(id, order);
            await Eventually.Holds(() => gates[^1].Waiting == 1, "the event waits for the receiver");
        }

        var held = cluster.Log.Hold(id);
        try
        {
            gates[0].Open();
            await Eventually.Holds(() => held.Waiting == 1, "the first is being written");
            gates[1].Open();
            await Arrive(id, 3);
            await cluster.Delivery(id).ListOpen(Token);
            await end(id);
            await Eventually.Holds(() => gates[2].Cancelled == 1, "the activation ends its requests");
        }
        finally
        {
            held.Release();
        }

        gates[2].Open();
        await cluster.Delivery(id).RunDueWork(Token);
    }

    /// <summary>An installation that has delivered an event and waits for nothing.</summary>
    private async Task<InstallationId> Settled()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "first");
        await Arrive(id, 1);
        await Eventually.Holds(async () => await DueAt(id) is null, "nothing is due");
        return id;
    }

    private async Task<DateTimeOffset?> DueAt(InstallationId id) => (await cluster.Log.ReadState(id, Token))?.DueAt;

    private Task Arrive(InstallationId id, int count) =>
        Eventually.Holds(() => cluster.Receivers.Of(id).Count >= count, $"{count} events of {id}");
}
