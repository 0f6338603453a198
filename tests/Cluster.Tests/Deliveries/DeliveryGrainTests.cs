using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Deliveries through activations, stores and silos that come and go.</summary>
public sealed class DeliveryGrainTests(DeliveryCluster cluster) : IClassFixture<DeliveryCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_pushed_in_the_order_of_their_order_and_every_attempt_is_in_the_log()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a", "b", "a", "c", "a", "b");

        await Arrive(id, 6);
        AssertOrdered(id);
        await Idle(id);
        var status = (await cluster.Delivery(id).GetStatus(Token))!;
        Assert.Equal((6L, 0L, 0, 0), (status.Cursor, status.Backlog, status.Waiting, status.DeadLetters));
        Assert.Equal(
            6,
            cluster.Log.EntriesOf(id).Count(entry => entry is { Outcome: DeliveryOutcome.Acknowledged, PayloadHash.Length: 64, Attempt: 1 })
        );
        var figures = Assert.Single(status.Days);
        Assert.Equal((6L, 6L, 0L, 1m), (figures.Owed, figures.Acknowledged, figures.Missing, figures.Accuracy));
    }

    [Fact]
    public async Task An_event_that_fails_holds_back_its_own_order_only_and_arrives_by_the_schedule_also_after_a_restart()
    {
        var id = await cluster.Install();
        cluster.Receivers.Answers[$"/{id}"] = message => Subject(message) == "a" ? SendErrors.Status : null;
        await cluster.Append(id, "a", "b", "a", "c");
        await Arrive(id, 2);
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Waiting == 2, "both events of the order wait");

        await cluster.Deactivate(id);
        cluster.Receivers.Answers.TryRemove($"/{id}", out _);
        cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await cluster.Delivery(id).RunDueWork(Token);
        await Arrive(id, 4);
        Assert.Equal([2L, 4L, 1L, 3L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task A_reply_that_was_lost_brings_the_event_again_under_the_same_id()
    {
        var id = await cluster.Install();
        var lost = 0;
        cluster.Receivers.Answers[$"/{id}"] = _ => Interlocked.Increment(ref lost) == 1 ? "lost-reply" : null;
        await cluster.Append(id, "a");
        await Arrive(id, 1);
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Waiting == 1, "the event waits");
        cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await cluster.Delivery(id).RunDueWork(Token);

        await Arrive(id, 2);
        Assert.Single(cluster.Receivers.Of(id).Select(taken => taken.Id).Distinct());
    }

    [Fact]
    public async Task Paused_nothing_is_sent_and_resumed_the_backlog_comes_without_anybody_asking()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a");
        await Arrive(id, 1);
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Pause("holiday"))).Refusal);
        await cluster.Append(id, "b", "c");
        var stopped = (await cluster.Delivery(id).GetStatus(Token))!;
        Assert.Equal((InstallationRefusals.InstallationPaused, 2L), (stopped.Stop?.Code, stopped.Backlog));
        Assert.Equal(DeliveryRefusals.DeliveryStopped, (await cluster.Delivery(id).Consume(null, 10, null, Token)).Refusal?.Code);

        Assert.Null((await cluster.Execute(id, new InstallationCommand.Resume())).Refusal);
        await Arrive(id, 3);
        Assert.Equal([1L, 2L, 3L], cluster.Receivers.SeqsOf(id).Order());
    }

    [Fact]
    public async Task Without_the_scope_events_are_withheld_and_counted_so()
    {
        var id = await cluster.Install();
        Assert.Null((await cluster.Execute(id, new InstallationCommand.ChangeGrants(["logistics.read"]))).Refusal);
        await cluster.Append(id, "a", "b", "c");

        await Eventually.Holds(() => cluster.Log.EntriesOf(id).Any(one => one.Outcome == DeliveryOutcome.Withheld), "a row is written");
        Assert.Equal(0, (await cluster.Delivery(id).GetStatus(Token))!.Backlog);
        Assert.Empty(cluster.Receivers.Of(id));
        var entry = Assert.Single(cluster.Log.EntriesOf(id), entry => entry.Outcome == DeliveryOutcome.Withheld);
        Assert.Equal((1L, 3L, DeliveryFilter.ScopeMissing), (entry.Seq, entry.To, entry.Reason));
        var day = await cluster.Delivery(id).Reconcile(Today, Token);
        Assert.Equal((0L, 3L, 0), (day.Figures.Owed, day.Figures.Withheld, day.Missing.Length));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_parks_the_endpoint_and_naming_it_again_brings_the_whole_backlog()
    {
        var id = await cluster.Install();
        cluster.Receivers.Answers[$"/{id}"] = _ => SendErrors.Gone;
        await cluster.Append(id, "a", "b");
        await Eventually.Holds(
            async () => (await cluster.Delivery(id).GetStatus(Token))!.Setup.Parking?.Reason == ParkReasons.Gone,
            "it is parked"
        );
        await cluster.Append(id, "a", "c");
        var day = await cluster.Delivery(id).Reconcile(Today, Token);
        Assert.Equal((4L, 4, 0m), (day.Figures.Owed, day.Missing.Length, day.Figures.Accuracy));

        cluster.Receivers.Answers.TryRemove($"/{id}", out _);
        var status = await cluster.SetEndpoint(id);
        Assert.Null(status.Setup.Parking);
        await Arrive(id, 4);
        AssertOrdered(id);
    }

    [Fact]
    public async Task An_endpoint_gets_its_backlog_although_the_process_ended_right_after_it_was_named_again()
    {
        var id = await cluster.Install();
        cluster.Receivers.Answers[$"/{id}"] = _ => SendErrors.Gone;
        await cluster.Append(id, "a", "b");
        await Eventually.Holds(
            async () => (await cluster.Delivery(id).GetStatus(Token))!.Setup.Parking?.Reason == ParkReasons.Gone,
            "it is parked"
        );
        cluster.Receivers.Answers.TryRemove($"/{id}", out _);

        // The fact is in the journal, and what follows it is lost with the activation.
        cluster.Log.RefusesRows = true;
        try
        {
            await Assert.ThrowsAsync<Marketplace.StoreUnavailableException>(() => cluster.SetEndpoint(id));
        }
        finally
        {
            cluster.Log.RefusesRows = false;
        }

        cluster.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains(id, await cluster.Log.ReadDue(cluster.Time.GetUtcNow(), 1_000, Token));
        await cluster.Delivery(id).RunDueWork(Token);
        await Arrive(id, 2);
        AssertOrdered(id);
    }

    [Fact]
    public async Task While_the_delivery_log_is_away_nothing_is_lost_and_afterwards_it_arrives()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a");
        await Arrive(id, 1);
        await Idle(id);
        cluster.Log.IsDown = true;
        try
        {
            await cluster.Append(id, "a", "b");
        }
        catch (Marketplace.StoreUnavailableException)
        {
            // The stream would repeat the news.
        }

        cluster.Log.IsDown = false;
        await Eventually.Holds(
            async () =>
            {
                await cluster.Delivery(id).Wake(3);
                return cluster.Receivers.SeqsOf(id).Distinct().Count() == 3;
            },
            "all three"
        );
        AssertOrdered(id);
    }

    [Fact]
    public async Task A_plugin_that_pulls_gets_the_same_events_confirms_them_and_reads_on_behind()
    {
        var id = await cluster.Install(push: false);
        await cluster.Append(id, "a", "b", "a");
        var first = (await cluster.Delivery(id).Consume(null, 2, null, Token)).Value!;
        Assert.Equal([1L, 2L], first.Events.Select(@event => @event.Seq));
        Assert.Equal((2L, 3L, 0L), (first.LastSeq, first.Head, first.Cursor));

        var status = (await cluster.Delivery(id).Confirm(first.LastSeq, DeliveryChannel.Pull, Token)).Value!;
        Assert.Equal((2L, 1L), (status.Cursor, status.Backlog));
        var next = (await cluster.Delivery(id).Consume(null, 10, null, Token)).Value!;
        Assert.Equal([3L], next.Events.Select(@event => @event.Seq));
        Assert.Equal([1L, 3L], (await cluster.Delivery(id).Consume(0, 10, "a", Token)).Value!.Events.Select(@event => @event.Seq));
        Assert.Equal(DeliveryRefusals.PositionInvalid, (await cluster.Delivery(id).Confirm(99, DeliveryChannel.Pull, Token)).Refusal?.Code);

        await cluster.SetEndpoint(id);
        Assert.Equal(DeliveryRefusals.EndpointPushes, (await cluster.Delivery(id).Confirm(3, DeliveryChannel.Pull, Token)).Refusal?.Code);
        await Arrive(id, 1);
        Assert.Equal([3L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task Whoever_waits_for_events_is_told_when_they_come()
    {
        var id = await cluster.Install(push: false);

        // Longer than the call may take: only the event can end this wait in time.
        var waiting = cluster.Delivery(id).WaitForEvents(0, TimeSpan.FromMinutes(10), Token);

        // Calls of one client reach a grain in order, so the wait has begun, or has been answered with 0 instead, when this is answered.
        await cluster.Delivery(id).GetStatus(Token);
        await cluster.Append(id, "a");

        Assert.Equal(1, await waiting);
        Assert.Equal(1, await cluster.Delivery(id).WaitForEvents(1, TimeSpan.FromMilliseconds(50), Token));
    }

    [Fact]
    public async Task A_replay_sends_the_range_again_under_the_same_ids_and_is_noted_as_through()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a", "b", "a", "c");
        await Arrive(id, 4);
        await Idle(id);
        var dry = (await cluster.Delivery(id).DryReplay(Request("r-0", 2, 3), 10, Token)).Value!;
        Assert.Equal([2L, 3L], dry.Events.Select(@event => @event.Seq));

        await cluster.Execute(id, new DeliveryCommand.Replay(Request("r-1", 2, 3)));
        await Arrive(id, 6);
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Setup.Replays.IsEmpty, "the replay is through");
        Assert.Equal([2L, 3L], cluster.Receivers.SeqsOf(id)[4..]);
        Assert.Equal(4, cluster.Receivers.Of(id).Select(taken => taken.Id).Distinct().Count());
        Assert.Equal(4L, Assert.Single((await cluster.Delivery(id).GetStatus(Token))!.Days).Acknowledged);
        Assert.Equal(
            2,
            cluster
                .Log.EntriesOf(id)
                .Count(entry => entry is { Channel: DeliveryChannel.Replay, Replay: "r-1", Outcome: DeliveryOutcome.Acknowledged })
        );
    }

    [Fact]
    public async Task A_replay_over_a_long_stretch_that_is_not_owed_lets_another_go_in_between()
    {
        var id = await cluster.Install();
        Assert.Null((await cluster.Execute(id, new InstallationCommand.ChangeGrants(["logistics.read"]))).Refusal);
        for (var i = 0; i < 5; i++)
        {
            await cluster.Append(id, [.. Enumerable.Repeat("a", 500)]);
        }

        await cluster.AppendTrack(id, "t");
        await Arrive(id, 1);
        await Idle(id);
        Assert.Empty((await cluster.Delivery(id).DryReplay(Request("r-0", 1, 2_500), 10, Token)).Value!.Events);
        Assert.Equal(
            [2_501L],
            (await cluster.Delivery(id).DryReplay(Request("r-0", 1, 2_501), 10, Token)).Value!.Events.Select(@event => @event.Seq)
        );

        Assert.Null((await cluster.Execute(id, new InstallationCommand.Pause("both are to begin together"))).Refusal);
        await cluster.Execute(id, new DeliveryCommand.Replay(Request("long", 1, 2_500)));
        await cluster.Execute(id, new DeliveryCommand.Replay(Request("short", 2_501, 2_501)));
        var finished = new System.Collections.Concurrent.ConcurrentQueue<int>();
        cluster.Receivers.Answers[$"/{id}"] = _ =>
        {
            finished.Enqueue(cluster.Journal.FactsOf(GrainKeys.Delivery(id)).Count(fact => fact.Type == "replay-finished"));
            return null;
        };
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Resume())).Refusal);

        await Eventually.Holds(
            async () => (await cluster.Delivery(id).GetStatus(Token))!.Setup.Replays.IsEmpty,
            "both replays are through"
        );
        Assert.Equal([0], finished);
        Assert.Equal([2_501L, 2_501L], cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task Nothing_of_another_region_is_pushed_or_handed_out()
    {
        var away = await cluster.Install(region: "eu");
        var here = await cluster.Install();
        await cluster.Append(away, "a", "b");
        await cluster.Append(here, "a");

        await Eventually.Holds(() => Task.FromResult(cluster.Receivers.SeqsOf(here).Length == 1), "the event of this region");
        var status = (await cluster.Delivery(away).GetStatus(Token))!;
        Assert.Equal((QuotaRefusals.RegionMismatch, 2L), (status.Stop?.Code, status.Backlog));
        Assert.Equal(DeliveryRefusals.DeliveryStopped, (await cluster.Delivery(away).Consume(null, 10, null, Token)).Refusal?.Code);
        Assert.Empty(cluster.Receivers.SeqsOf(away));
    }

    [Fact]
    public async Task A_repeated_operation_changes_nothing_and_another_command_under_its_key_is_refused()
    {
        var id = await cluster.Install(push: false);
        var by = cluster.By();
        var endpoint = new DeliveryEndpoint(new Uri("https://plugin.example/x"), DeliveryOrdering.PerOrder, 1, 5);
        var set = new DeliveryCommand.SetEndpoint(endpoint, new EndpointSecret("k1", "sealed", cluster.Time.GetUtcNow(), null));
        await cluster.Delivery(id).Execute(set, by, Token);
        var again = await cluster.Delivery(id).Execute(set with { NewSecret = set.NewSecret with { Id = "k2" } }, by, Token);

        Assert.Equal(["k1"], again.Value!.Setup.Secrets.Select(secret => secret.Id));
        Assert.Equal(1, again.Value.Setup.Version);
        Assert.Equal(
            QuotaRefusals.KeyReused,
            (await cluster.Delivery(id).Execute(new DeliveryCommand.RemoveEndpoint(), by, Token)).Refusal?.Code
        );
    }

    [Fact]
    public async Task What_waits_for_a_place_is_no_attempt_and_is_judged_when_it_has_one()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a");
        await Arrive(id, 1);
        await Idle(id);
        var rows = cluster.Log.EntriesOf(id).Count;
        var gate = cluster.Receivers.Close($"/{id}");
        await cluster.Append(id, "b", "c");
        await Eventually.Holds(() => gate.Waiting > 0, "a request that waits");
        Assert.Equal(rows, cluster.Log.EntriesOf(id).Count);

        // While they wait the scope is withdrawn, and so they are not sent.
        Assert.Null((await cluster.Execute(id, new InstallationCommand.ChangeGrants(["logistics.read"]))).Refusal);
        gate.Open();
        await Idle(id);
        Assert.Equal([1L], cluster.Receivers.SeqsOf(id));
        Assert.DoesNotContain(cluster.Log.EntriesOf(id), entry => entry.Outcome == DeliveryOutcome.Failed);
    }

    [Fact]
    public async Task An_endpoint_that_is_removed_while_its_events_wait_for_a_place_lets_its_plugin_pull_at_once()
    {
        var id = await cluster.Install();
        var gate = cluster.Receivers.Close($"/{id}");
        await cluster.Append(id, "a", "b");
        await Eventually.Holds(() => gate.Waiting > 0, "a request that waits");
        await cluster.Execute(id, new DeliveryCommand.RemoveEndpoint());

        Assert.Equal(2, (await cluster.Delivery(id).Consume(null, 10, null, Token)).Value!.Events.Length);
        Assert.Equal(2L, (await cluster.Delivery(id).Confirm(2, DeliveryChannel.Pull, Token)).Value!.Cursor);
        Assert.Empty(cluster.Receivers.SeqsOf(id));
    }

    [Fact]
    public async Task A_batch_that_failed_comes_again_as_it_was_under_its_id_also_after_a_restart()
    {
        var id = await cluster.Install(push: false);
        await cluster.SetEndpoint(id, batch: 5);
        var sent = new System.Collections.Concurrent.ConcurrentQueue<(string Id, string Body)>();
        cluster.Receivers.Answers[$"/{id}"] = message =>
        {
            sent.Enqueue((message.Id, System.Text.Encoding.UTF8.GetString(message.Body.Span)));
            return sent.Count == 1 ? SendErrors.Status : null;
        };
        await cluster.Append(id, "a", "b", "a", "c");
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Waiting == 4, "the batch waits");
        await cluster.Deactivate(id);
        await cluster.Append(id, "d");
        await Arrive(id, 1);
        cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await cluster.Delivery(id).RunDueWork(Token);

        await Arrive(id, 5);
        Assert.Equal(sent.First(), sent.Last());
        Assert.Equal(3, sent.Count);
    }

    [Fact]
    public async Task Resuming_tries_at_once_what_waits_although_nothing_is_parked()
    {
        var id = await cluster.Install();
        cluster.Receivers.Answers[$"/{id}"] = _ => SendErrors.Status;
        await cluster.Append(id, "a");
        await Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Waiting == 1, "the event waits");
        cluster.Receivers.Answers.TryRemove($"/{id}", out _);
        await cluster.Execute(id, new DeliveryCommand.Resume());

        await Arrive(id, 1);
    }

    [Fact]
    public async Task Disabled_and_enabled_again_it_is_owed_what_comes_from_then_on()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "a");
        await Arrive(id, 1);
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Disable(null))).Refusal);
        await cluster.Append(id, "b");
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Enable())).Refusal);
        await cluster.Append(id, "c");
        var confirmation = ConsentRules.ConfirmationOf(
            id,
            ["logistics.read", "orders.read"],
            Marketplace.Catalogue.Agreement.Standard.Hash
        );
        Assert.Null(
            (
                await cluster.Execute(
                    id,
                    new InstallationCommand.Consent(
                        Marketplace.Catalogue.Agreement.Standard.Version,
                        Marketplace.Catalogue.Agreement.Standard.Hash,
                        ["logistics.read", "orders.read"],
                        confirmation
                    )
                )
            ).Refusal
        );

        await Arrive(id, 2);
        Assert.Equal([1L, 3L], cluster.Receivers.SeqsOf(id));
    }

    private static DateOnly Today => new(2026, 11, 23);

    private static ReplayRequest Request(string id, long from, long to) => new(id, from, to, null, false, default);

    private static string Subject(Marketplace.Grains.Ports.EventMessage message) =>
        System.Text.Json.JsonDocument.Parse(message.Body).RootElement.GetProperty("subject").GetString()!;

    private async Task Arrive(InstallationId id, int count) =>
        await Eventually.Get(() => Task.FromResult(cluster.Receivers.Of(id).Count), arrived => arrived >= count, $"{count} events of {id}");

    private Task Idle(InstallationId id) =>
        Eventually.Holds(async () => (await cluster.Delivery(id).GetStatus(Token))!.Backlog == 0, "nothing is left");

    /// <summary>First arrivals of each order rise.</summary>
    private void AssertOrdered(InstallationId id) =>
        Assert.All(cluster.Receivers.Of(id).DistinctBy(taken => taken.Seq).GroupBy(taken => taken.Order), order =>
            Assert.Equal(order.Select(taken => taken.Seq).Order(), order.Select(taken => taken.Seq))
        );
}
