using CsCheck;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>What is delivered next and what became of it, over whatever receivers do.</summary>
public sealed class DeliveryProgressTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy Quick = RetryPolicy.Standard with
    {
        Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)],
        BreakerFailures = 5,
        MaxWaiting = 20,
    };

    private static readonly string?[] Ends =
    [
        null,
        null,
        null,
        null,
        SendErrors.Status,
        SendErrors.Timeout,
        SendErrors.Unreachable,
        "lost-reply",
        "crash",
        "busy",
    ];

    [Fact]
    public void Whatever_receivers_and_processes_do_every_event_arrives_in_the_order_of_its_key() =>
        Gen.Select(
                Gen.Int[1, 60],
                Gen.Int[1, 6],
                Gen.Int[1, 5],
                Gen.Bool,
                Gen.Int[0, Ends.Length - 1].Array[0, 150],
                Gen.Int[0, 9].Array[60]
            )
            .Sample(
                (events, keys, batch, perSeller, ends, withheld) =>
                {
                    var world = new World(
                        events,
                        keys,
                        batch,
                        perSeller ? DeliveryOrdering.PerSeller : DeliveryOrdering.PerOrder,
                        ends,
                        withheld
                    );
                    world.Run();
                    while (world.Parked is not null)
                    {
                        world.Resume();
                        world.Run();
                    }

                    world.AssertWhole();
                },
                iter: 2_000
            );

    [Fact]
    public void Lifecycle_events_pass_a_pause_in_their_order_and_nothing_is_doubled_or_lost_after_it() =>
        Gen.Select(
                Gen.Int[1, 60],
                Gen.Int[1, 4],
                Gen.Bool,
                Gen.Int[0, Ends.Length - 1].Array[0, 150],
                Gen.Int[0, 9].Array[60],
                Gen.Bool.Array[1, 12]
            )
            .Sample(
                (events, batch, perSeller, ends, kinds, stops) =>
                {
                    var world = new World(
                        events,
                        3,
                        batch,
                        perSeller ? DeliveryOrdering.PerSeller : DeliveryOrdering.PerOrder,
                        ends,
                        new int[60]
                    )
                    {
                        Kinds = kinds,
                        Stops = stops,
                    };
                    world.Live();
                    world.AssertWhole();
                },
                iter: 3_000
            );

    [Fact]
    public void Behind_more_held_events_than_the_window_has_lifecycle_events_go_while_the_installation_is_stopped()
    {
        var kinds = new int[1_000];
        (kinds[899], kinds[949], kinds[999]) = (9, 9, 9);
        var world = new World(1_000, 3, 1, DeliveryOrdering.PerOrder, [], new int[1_000]) { Kinds = kinds, IsStopped = true };
        world.Run();

        Assert.Equal([900L, 950L, 1_000L], world.Arrivals);
        Assert.Equal(0, world.Progress.Cursor);
        Assert.Empty(world.Progress.Figures);

        world.IsStopped = false;
        world.Run();
        world.AssertWhole();
        Assert.Equal(1_000, world.Arrivals.Count);
    }

    [Fact]
    public void What_tells_another_installation_is_passed_without_a_trace()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        progress.Add(World.Lifecycle(1, "s-1/other"), DeliveryFilter.OtherInstallation, Start);

        Assert.Equal((1L, false), (progress.Cursor, progress.HasEntries));
        Assert.Empty(progress.Figures);
    }

    [Fact]
    public void What_went_while_the_installation_was_stopped_is_not_counted_again_when_the_plugin_pulls()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        var events = new[] { World.Event(1, 1), World.Lifecycle(2), World.Event(3, 1) };
        Assert.True(progress.TryScan(events[0], isOwed: false));
        Assert.True(progress.TryScan(events[1], isOwed: true));
        Assert.True(progress.TryScan(events[2], isOwed: false));
        var told = progress.NextLifecycle(World.Endpoint(1, DeliveryOrdering.PerOrder), Start)!;
        progress.Complete(told with { Items = [told.Items[0] with { Event = events[1] }] }, new AttemptResult(null, Start), 0.5);
        progress.Confirm(events.Select(@event => (@event, (string?)null)).ToArray(), 3, DeliveryChannel.Pull, Start);

        var figures = Assert.Single(progress.Figures);
        Assert.Equal((2L, 2L, 3L), (figures.Owed, figures.Acknowledged, progress.Cursor));
        Assert.Empty(progress.Waiting);
    }

    [Fact]
    public void A_single_event_that_is_never_taken_is_a_dead_letter_while_others_go_on_and_its_order_goes_on_behind_it()
    {
        var world = new World(40, 4, 1, DeliveryOrdering.PerOrder, [], new int[60]) { Poison = 3 };
        world.Run();

        Assert.Equal([3L], world.Progress.Dead.Select(dead => dead.Seq));
        Assert.Equal(Enumerable.Range(1, 40).Select(seq => (long)seq).Where(seq => seq != 3), world.Accepted.Order());
        Assert.Equal((40L, 39L, 1L), (world.Figures.Owed, world.Figures.Acknowledged, world.Figures.Missing));
    }

    [Fact]
    public void An_endpoint_that_takes_nothing_is_left_alone_probed_by_the_schedule_and_parked_with_its_whole_backlog()
    {
        var world = new World(50, 50, 1, DeliveryOrdering.PerOrder, [], new int[60]) { IsDown = true };
        world.Run();

        Assert.Equal(ParkReasons.Exhausted, world.Parked);
        Assert.Empty(world.Progress.Dead);
        Assert.True(world.Progress.Waiting.Count <= Quick.MaxWaiting + Quick.MaxInFlight);
        Assert.True(world.Requests <= Quick.BreakerFailures + Quick.MaxInFlight + Quick.Attempts, $"{world.Requests} requests");

        world.IsDown = false;
        world.Resume();
        world.Run();
        world.AssertWhole();
    }

    [Fact]
    public void A_receiver_that_is_gone_is_parked_at_once_and_the_event_is_not_counted_against()
    {
        var world = new World(5, 1, 1, DeliveryOrdering.PerOrder, [], new int[60]) { Gone = true };
        world.Run();

        Assert.Equal((ParkReasons.Gone, 1), (world.Parked, world.Requests));
        Assert.Equal(0, Assert.Single(world.Progress.Waiting, waiting => waiting.Seq == 1).Attempts);
    }

    [Fact]
    public void What_a_receiver_asks_for_with_retry_after_is_obeyed_for_the_whole_endpoint()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        progress.Add(World.Event(1, 2), null, Start);
        progress.Add(World.Event(2, 2), null, Start);
        var endpoint = World.Endpoint(1, DeliveryOrdering.PerOrder);
        var first = progress.Next(endpoint, Start)!;
        progress.Complete(first, new AttemptResult(SendErrors.Status, Start) { Status = 429, RetryAfter = TimeSpan.FromMinutes(3) }, 0.5);

        Assert.Null(progress.Next(endpoint, Start + TimeSpan.FromMinutes(2.9)));
        Assert.Equal(Start + TimeSpan.FromMinutes(3), progress.NextDue(DeliveryOrdering.PerOrder));
        Assert.NotNull(progress.Next(endpoint, Start + TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void The_schedule_is_about_three_days_and_its_pauses_differ_by_a_tenth_at_most()
    {
        Assert.Equal(10, RetryPolicy.Standard.Attempts);
        Assert.InRange(
            RetryPolicy.Standard.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause),
            TimeSpan.FromDays(3),
            TimeSpan.FromDays(3.2)
        );
        Gen.Select(Gen.Int[1, 9], Gen.Double[0, 1])
            .Sample(
                (failed, chance) =>
                {
                    var share = RetryPolicy.Standard.PauseAfter(failed, chance) / RetryPolicy.Standard.Pauses[failed - 1];
                    return share is >= 0.8999 and <= 1.1001;
                }
            );
    }

    [Fact]
    public void An_event_that_is_not_owed_any_more_is_withheld_instead_of_sent_and_counted_so()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        progress.Add(World.Event(1, 1), null, Start);
        var attempt = progress.Next(World.Endpoint(1, DeliveryOrdering.PerOrder), Start)!;
        progress.Withdraw(attempt, attempt.Items[0].Event!, DeliveryFilter.ScopeMissing, Start);

        var figures = Assert.Single(progress.Figures);
        Assert.Equal((0L, 1L, 1L, 0), (figures.Owed, figures.Withheld, progress.Cursor, progress.InFlight));
        Assert.Equal(DeliveryOutcome.Withheld, Assert.Single(progress.DrainEntries()).Outcome);
    }

    [Fact]
    public void What_a_plugin_confirms_is_counted_once_and_what_was_waiting_with_it()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        var pairs = Enumerable
            .Range(1, 9)
            .Select(seq => (World.Event(seq, 3), seq % 3 == 0 ? DeliveryFilter.OutsideWindow : null))
            .ToArray();
        progress.Confirm(pairs, 5, DeliveryChannel.Pull, Start);
        progress.Confirm(pairs.Skip(5), 9, DeliveryChannel.Pull, Start);

        var figures = Assert.Single(progress.Figures);
        Assert.Equal((6L, 6L, 3L, 9L), (figures.Owed, figures.Acknowledged, figures.Withheld, progress.Cursor));
        Assert.Equal(1m, figures.Accuracy);
    }

    [Fact]
    public void What_was_pushed_in_part_is_confirmed_as_a_whole_once_the_plugin_pulls()
    {
        var progress = new DeliveryProgress(new SavedProgress(), Quick, MarketCalendar.Shanghai);
        var events = new[] { World.Event(1, 2), World.Event(2, 2), World.Event(3, 2), World.Event(4, 2), World.Event(5, 2) };
        foreach (var @event in events)
        {
            progress.Add(@event, null, Start);
        }

        // The first hangs, the second arrives: the third stands behind the first, the fourth arrives too. Then the endpoint is removed.
        var endpoint = World.Endpoint(1, DeliveryOrdering.PerOrder);
        var (first, second) = (progress.Next(endpoint, Start)!, progress.Next(endpoint, Start)!);
        progress.Complete(second, new AttemptResult(null, Start), 0.5);
        progress.Complete(progress.Next(endpoint, Start)!, new AttemptResult(null, Start), 0.5);
        progress.Complete(first, new AttemptResult(null, Start), 0.5);
        progress.Rewind();
        progress.Confirm(
            events.Where(@event => @event.Seq > progress.Cursor).Select(@event => (@event, (string?)null)).ToArray(),
            5,
            DeliveryChannel.Pull,
            Start
        );

        Assert.Equal((5L, 5L), (progress.Cursor, progress.ReadTo));
        var figures = Assert.Single(progress.Figures);
        Assert.Equal((5L, 5L), (figures.Owed, figures.Acknowledged));
    }

    [Fact]
    public void A_window_full_of_events_that_wait_behind_one_lets_others_pass()
    {
        var progress = new DeliveryProgress(new SavedProgress(), RetryPolicy.Standard, MarketCalendar.Shanghai);
        var endpoint = World.Endpoint(1, DeliveryOrdering.PerOrder);
        for (var seq = 1; seq <= DeliveryProgress.MaxWindow; seq++)
        {
            progress.Add(World.Event(seq, 1), null, Start);
        }

        progress.Complete(progress.Next(endpoint, Start)!, new AttemptResult(SendErrors.Status, Start), 0.5);
        Assert.Null(progress.Next(endpoint, Start));

        Assert.Equal((DeliveryProgress.MaxWindow, true), (progress.Cursor, progress.WantsEvents(DeliveryOrdering.PerOrder)));
    }

    [Fact]
    public void Replays_probe_where_nothing_else_is_there_and_the_endpoint_is_parked_when_the_schedules_time_is_over()
    {
        var progress = new DeliveryProgress(new SavedProgress { BrokenSince = Start }, Quick, MarketCalendar.Shanghai);
        var replay = progress.Replays.GetOrAdd(new ReplayRequest("r", 1, 5, null, false, Start));
        var now = Start;
        for (; now < Start + Quick.Term; now = progress.NextDue(DeliveryOrdering.PerOrder)!.Value)
        {
            Assert.Null(progress.ParkWanted);
            Assert.True(progress.Replays.CanStart(replay, now), $"probe at {now}");
            progress.Complete(
                progress.Replays.Start(replay, [World.Event(1, 1)]),
                new AttemptResult(SendErrors.Status, now) { Status = 500 },
                0
            );
        }

        Assert.True(progress.Replays.CanStart(replay, now));
        progress.Complete(
            progress.Replays.Start(replay, [World.Event(1, 1)]),
            new AttemptResult(SendErrors.Status, now) { Status = 500 },
            0
        );
        Assert.Equal(ParkReasons.Exhausted, progress.ParkWanted);
        Assert.Equal(0, replay.Attempts);
        progress.Replays.KeepOnly([]);
        Assert.Empty(progress.Replays.All);
    }

    [Fact]
    public void The_fifth_of_a_hundred_ages_from_the_top_is_the_percentile_within_a_tenth_above()
    {
        var tally = new DayTally { Day = new DateOnly(2026, 11, 26) };
        for (var age = 1; age <= 100; age++)
        {
            tally.RecordAcknowledged(World.Event(age, 1), Start + TimeSpan.FromSeconds(age));
        }

        var figures = tally.ToFigures();
        Assert.Equal(TimeSpan.FromSeconds(50.5), figures.FreshnessMean);
        Assert.InRange(figures.FreshnessP95!.Value, TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(95 * 1.1));
    }

    /// <summary>One installation's feed and receiver; time moves to whatever is due next.</summary>
    private sealed class World(int events, int keys, int batch, DeliveryOrdering ordering, int[] ends, int[] withheld)
    {
        private readonly Dictionary<string, long> _lastNew = [];
        private readonly HashSet<long> _seen = [];
        private byte[] _written = [];
        private readonly List<DeliveryAttempt> _running = [];
        private int _step;
        private int _turns = int.MaxValue;

        public DeliveryProgress Progress { get; private set; } = new(new SavedProgress(), Quick, MarketCalendar.Shanghai);

        public DateTimeOffset Now { get; private set; } = Start;

        public bool IsDown { get; set; }

        public bool Gone { get; init; }

        /// <summary>By place: with 9 the event is the installation's own, with 8 another one's.</summary>
        public int[] Kinds { get; init; } = [];

        /// <summary>Whether the installation is stopped, turn by turn.</summary>
        public bool[] Stops { get; init; } = [];

        public bool IsStopped { get; set; }

        /// <summary>First arrivals, as they came.</summary>
        public List<long> Arrivals { get; } = [];

        public long Poison { get; init; }

        public string? Parked { get; private set; }

        public int Requests { get; private set; }

        public IReadOnlyCollection<long> Accepted => _seen;

        public DeliveryFigures Figures => Assert.Single(Progress.Figures);

        public static PluginEvent Event(long seq, int keys) =>
            new(
                SellerId.Parse("s-1", null),
                seq,
                "urn:test",
                $"e-{seq}",
                EventTypes.OrderPaid,
                $"o-{seq % keys}",
                Start,
                Start,
                "{}"u8.ToArray()
            )
            {
                OrderId = $"o-{seq % keys}",
            };

        public static PluginEvent Lifecycle(long seq, string installation = "s-1/p") =>
            new(
                SellerId.Parse("s-1", null),
                seq,
                LifecycleEvent.Source,
                $"e-{seq}",
                EventTypes.GrantChanged,
                installation,
                Start,
                Start,
                "{}"u8.ToArray()
            );

        public static DeliveryEndpoint Endpoint(int batch, DeliveryOrdering ordering) =>
            new(new Uri("https://plugin.example/hook"), ordering, batch, 5);

        /// <summary>Runs with pauses between, and at last without.</summary>
        public void Live()
        {
            foreach (var stopped in Stops.Append(false))
            {
                (IsStopped, _turns) = (stopped, 3);
                Progress.Reread();
                Go();
            }

            _turns = int.MaxValue;
            Go();
        }

        private void Go()
        {
            Run();
            while (Parked is not null)
            {
                Resume();
                Run();
            }
        }

        public void Run()
        {
            var running = _running;
            for (var turn = 0; turn < 20_000; turn++)
            {
                if (turn > _turns)
                {
                    // With requests under way.
                    return;
                }

                ReadAhead();
                while (Next() is { } attempt)
                {
                    Assert.True(
                        !IsStopped || attempt.Items.All(item => KindOf(item.Seq) == 9),
                        "An order's event was sent while the installation was stopped."
                    );
                    running.Add(
                        attempt with
                        {
                            Items = [.. attempt.Items.Select(item => item with { Event = item.Event ?? At(item.Seq) })],
                        }
                    );
                }

                if (running.Count > 0)
                {
                    End(running);
                }
                else if (Progress.ParkWanted is { } reason)
                {
                    Parked = reason;
                    Progress.Park(reason, Now);
                    Write();
                    return;
                }
                else if ((IsStopped ? Progress.NextLifecycleDue(ordering) : Progress.NextDue(ordering)) is { } due)
                {
                    Now = due > Now ? due : Now.AddMilliseconds(1);
                }
                else if ((IsStopped ? Progress.ScannedTo : Progress.ReadTo) == events)
                {
                    return;
                }
            }

            Assert.Fail("It does not come to an end.");
        }

        public void Resume()
        {
            Parked = null;
            Progress.Resume(Now);
            Write();
        }

        public void AssertWhole()
        {
            var owed = Enumerable.Range(1, events).Select(seq => (long)seq).Where(seq => WithheldFor(seq) is null).ToArray();
            Assert.Equal(
                owed.Where(seq => Progress.Dead.All(dead => dead.Seq != seq)),
                _seen.Where(seq => Progress.Dead.All(dead => dead.Seq != seq)).Order()
            );
            Assert.Equal(events, Progress.Cursor);
            Assert.Empty(Progress.Waiting);
            var counted = owed.Count(seq => KindOf(seq) != 9);
            if (counted > 0)
            {
                Assert.Equal(
                    (counted, counted - Progress.Dead.Count(dead => KindOf(dead.Seq) != 9)),
                    ((int)Figures.Owed, (int)Figures.Acknowledged)
                );
            }
        }

        private int KindOf(long seq) => Kinds.Length == 0 ? 0 : Kinds[(int)(seq - 1) % Kinds.Length];

        private PluginEvent At(long seq) =>
            KindOf(seq) switch
            {
                9 => Lifecycle(seq),
                8 => Lifecycle(seq, "s-1/other"),
                _ => Event(seq, keys),
            };

        private DeliveryAttempt? Next() =>
            IsStopped ? Progress.NextLifecycle(Endpoint(batch, ordering), Now) : Progress.Next(Endpoint(batch, ordering), Now);

        private string? WithheldFor(long seq) =>
            KindOf(seq) == 8 ? DeliveryFilter.OtherInstallation
            : withheld[(int)(seq - 1) % withheld.Length] == 9 ? DeliveryFilter.ScopeMissing
            : null;

        private void ReadAhead()
        {
            while (
                IsStopped
                && Progress.WantsLifecycle
                && Progress.ScannedTo < events
                && Progress.TryScan(At(Progress.ScannedTo + 1), KindOf(Progress.ScannedTo + 1) == 9)
            ) { }

            while (!IsStopped && Progress.WantsEvents(ordering) && Progress.ReadTo < events)
            {
                Progress.Add(At(Progress.ReadTo + 1), WithheldFor(Progress.ReadTo + 1), Now);
            }
        }

        private void End(List<DeliveryAttempt> running)
        {
            var place = running.Count > 1 && _step % 3 == 0 ? 1 : 0;
            var attempt = running[place];
            running.RemoveAt(place);
            var end = _step < ends.Length ? Ends[ends[_step]] : null;
            _step++;
            if (end == "crash")
            {
                // What the log has is all that is left; requests under way may have arrived or not.
                running.ForEach(Arrive);
                running.Clear();
                Progress = new DeliveryProgress(SavedProgress.Decode(_written), Quick, MarketCalendar.Shanghai);
                return;
            }

            Requests++;
            var error =
                Gone ? SendErrors.Gone
                : IsDown || attempt.Items.Any(item => item.Seq == Poison) ? SendErrors.Status
                : end is "lost-reply" or "busy" ? SendErrors.Status
                : end;
            if (error is null || end == "lost-reply")
            {
                Arrive(attempt);
            }

            Progress.Complete(attempt, new AttemptResult(error, Now) { RetryAfter = end == "busy" ? TimeSpan.FromSeconds(3) : null }, 0.5);
            Write();
        }

        private void Arrive(DeliveryAttempt attempt)
        {
            foreach (var item in attempt.Items)
            {
                var key = ordering == DeliveryOrdering.PerSeller ? "seller" : item.Event!.Key;
                if (_seen.Add(item.Seq))
                {
                    Arrivals.Add(item.Seq);
                    if (ordering == DeliveryOrdering.PerSeller && Kinds.Length > 0)
                    {
                        // What passed a pause is before what was held.
                        key = item.Event!.Key;
                    }

                    Assert.True(
                        _lastNew.GetValueOrDefault(key) < item.Seq || Progress.Dead.Any(dead => dead.Seq < item.Seq),
                        $"{key}: {item.Seq} came after {_lastNew.GetValueOrDefault(key)}"
                    );
                    _lastNew[key] = Math.Max(_lastNew.GetValueOrDefault(key), item.Seq);
                }
            }
        }

        private void Write()
        {
            Progress.DrainEntries();
            _written = Progress.Encode();
        }
    }
}
