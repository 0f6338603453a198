using System.Text;
using CsCheck;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>Receivers that are away for a time, have too much to do, or take batches in part.</summary>
public sealed class DeliveryOutageTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy Policy = RetryPolicy.Standard;

    private readonly DeliveryProgress _progress = New(new SavedProgress());
    private DateTimeOffset _now = Start;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    public void Whatever_waited_while_the_receiver_was_away_goes_within_a_minute_of_its_return_in_the_order_of_its_key(int orders)
    {
        Add(1, 2 * orders, orders);
        var away = Start + TimeSpan.FromMinutes(47);
        var (taken, returned) = (new List<(long Seq, DateTimeOffset At)>(), (DateTimeOffset?)null);
        for (var requests = 0; taken.Count < 2 * orders; requests++)
        {
            Assert.True(requests < 2_000, "It comes to no end.");
            var attempt = NextAttempt();
            var arrives = _now >= away;
            if (arrives)
            {
                returned ??= _now;
                taken.AddRange(attempt.Items.Select(item => (item.Seq, _now)));
            }

            End(attempt, arrives ? null : SendErrors.Unreachable);
        }

        Assert.InRange(returned!.Value - away, TimeSpan.Zero, Policy.LongestProbe);
        Assert.All(taken, one => Assert.Equal(returned.Value, one.At));
        Assert.All(taken.GroupBy(one => one.Seq % orders), key =>
            Assert.Equal(key.Select(one => one.Seq).Order(), key.Select(one => one.Seq))
        );
        Assert.All(_progress.Waiting, _ => Assert.Fail("Something still waits."));
    }

    [Fact]
    public void Pauses_between_probes_are_from_five_seconds_to_a_minute_grow_and_are_spread() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Double[0, 0.999999])
            .Sample(
                (failed, chance) =>
                {
                    var pause = Policy.ProbeAfter(failed, chance);
                    return pause >= TimeSpan.FromSeconds(5)
                        && pause <= TimeSpan.FromSeconds(60)
                        && Policy.ProbeAfter(failed + 1, 0) >= Policy.ProbeAfter(failed, 0)
                        && Policy.ProbeAfter(failed, 0.9) > Policy.ProbeAfter(failed, 0.1);
                }
            );

    [Fact]
    public void An_event_that_nobody_takes_does_not_keep_an_endpoint_closed_that_takes_others_and_keeps_its_own_schedule()
    {
        Add(1, 1, 9);
        End(NextAttempt(), SendErrors.Status);
        End(NextAttempt(), SendErrors.Status);
        Assert.NotNull(_progress.BrokenSince);
        Add(2, 1, 9);
        for (var probes = 0; _progress.BrokenSince is not null; probes++)
        {
            Assert.True(probes < 3, "The other event is never the probe.");
            var probe = NextAttempt();
            Assert.True(probe.IsProbe);
            End(probe, probe.Items[0].Seq == 1 ? SendErrors.Status : null);
        }

        // Once more beside the schedule, which then goes on as if that had not been.
        var before = Assert.Single(_progress.Waiting);
        End(NextAttempt(), SendErrors.Status);
        var after = Assert.Single(_progress.Waiting);
        Assert.Equal((2, 2, before.DueAt, null), (before.Attempts, after.Attempts, after.DueAt, after.ExtraAt));
        Assert.Null(_progress.BrokenSince);
        Assert.Equal(before.DueAt, _progress.NextDue(DeliveryOrdering.PerOrder));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Events_refused_for_good_are_given_up_and_free_their_order_although_no_others_are_to_be_sent(int refused)
    {
        Add(1, 40, 20);
        while (_progress.Cursor < 40 || _progress.Waiting.Count > 0)
        {
            var attempt = NextAttempt();
            End(attempt, attempt.Items[0].Seq <= refused ? SendErrors.Status : null);
            Assert.Equal((null, null), (_progress.BrokenSince, _progress.ParkWanted));
        }

        Assert.Equal(Enumerable.Range(1, refused).Select(seq => (long)seq), _progress.Dead.Select(dead => dead.Seq));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void An_outage_is_noticed_although_only_events_are_left_that_failed_before_the_last_one_arrived(int left)
    {
        Add(1, left + 1, left + 1);
        while (_progress.Waiting.Count < left)
        {
            End(NextAttempt(), SendErrors.Unreachable);
        }

        _now = _now.AddMilliseconds(1);
        var last = NextAttempt();
        Assert.Equal(left + 1, last.Items[0].Seq);
        End(last, null);
        for (var failures = 0; _progress.BrokenSince is null; failures++)
        {
            Assert.True(failures < 2 * Policy.BreakerFailures, "The outage is not noticed.");
            End(NextAttempt(), SendErrors.Unreachable);
        }
    }

    [Fact]
    public void An_outage_after_some_events_have_failed_is_noticed_by_the_failures_of_others()
    {
        Add(1, 40, 40);
        var failed = 0;
        for (var requests = 0; _progress.BrokenSince is null; requests++)
        {
            Assert.True(requests < 60, "The outage is not noticed.");
            var attempt = NextAttempt();
            var (first, isOutage) = (attempt.Number == 1, requests >= 24);
            failed += isOutage ? 1 : 0;
            End(attempt, isOutage || (first && attempt.Items[0].Seq % 2 == 0) ? SendErrors.Unreachable : null);
        }

        Assert.InRange(failed, 2, Policy.BreakerFailures);
    }

    [Fact]
    public void An_endpoint_at_which_nothing_arrives_for_about_three_days_is_parked_and_resuming_begins_the_schedules_anew()
    {
        Add(1, 3, 3);
        while (_progress.ParkWanted is null)
        {
            End(NextAttempt(), SendErrors.Unreachable);
        }

        Assert.Equal(ParkReasons.Exhausted, _progress.ParkWanted);
        Assert.InRange(_now - Start, TimeSpan.FromDays(3), TimeSpan.FromDays(3.3));
        _progress.Park(ParkReasons.Exhausted, _now);
        _progress.Resume(_now);
        End(_progress.Next(Endpoint(1), _now)!, SendErrors.Unreachable);
        Assert.Null(_progress.ParkWanted);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void What_a_receiver_puts_off_is_due_when_it_said_and_counts_as_no_failure_however_often(int status)
    {
        Add(1, 1, 1);
        for (var i = 1; i <= 50; i++)
        {
            var (attempt, at) = (NextAttempt(), _now);
            Assert.Equal((i, i == 1 ? Start : at), (attempt.Number, at));
            PutOff(attempt, status, TimeSpan.FromSeconds(i));
            Assert.Equal(at + TimeSpan.FromSeconds(i), _progress.NextDue(DeliveryOrdering.PerOrder));
            Assert.Null(_progress.Next(Endpoint(1), at + TimeSpan.FromSeconds(i - 0.001)));
        }

        Assert.Equal((null, null, 0), (_progress.ParkWanted, _progress.BrokenSince, Assert.Single(_progress.Waiting).Attempts));
        End(NextAttempt(), null);
        Assert.Equal((1L, 1L), (_progress.Cursor, Assert.Single(_progress.Figures).Acknowledged));
    }

    [Fact]
    public void A_receiver_that_only_puts_off_is_parked_when_the_schedule_would_be_through_and_the_log_is_told_once_an_hour()
    {
        Add(1, 1, 1);
        var times = 0;
        for (; _progress.ParkWanted is null; times++)
        {
            PutOff(NextAttempt(), 429, TimeSpan.FromMinutes(1));
        }

        Assert.Equal(ParkReasons.Exhausted, _progress.ParkWanted);
        Assert.InRange(_now - Start, Policy.Term, Policy.Term + TimeSpan.FromMinutes(2));
        var told = _progress.DrainEntries();
        Assert.All(told, entry => Assert.Equal(DeliveryOutcome.Throttled, entry.Outcome));
        Assert.InRange(told.Count, (int)Policy.Term.TotalHours, (int)Policy.Term.TotalHours + 2);
        Assert.InRange(times - told.Sum(entry => entry.Times ?? 1), 0, 60);
        Assert.Equal(Start, _progress.ThrottledSince);
        _progress.Park(ParkReasons.Exhausted, _now);
        _progress.Resume(_now);
        Assert.Equal((null, null), (_progress.ParkWanted, _progress.ThrottledSince));
    }

    [Fact]
    public void Failures_between_put_offs_do_not_keep_an_endpoint_from_being_parked_and_what_it_takes_does()
    {
        Add(1, 3, 3);
        while (_now - Start < Policy.Term / 2)
        {
            PutOff(NextAttempt(), 503, TimeSpan.FromHours(1));
        }

        End(NextAttempt(), null);
        Assert.Null(_progress.ThrottledSince);
        var since = _now;
        for (var i = 0; _progress.ParkWanted is null; i++)
        {
            var attempt = NextAttempt();
            if (i % 2 == 0)
            {
                PutOff(attempt, 503, TimeSpan.FromHours(1));
            }
            else
            {
                End(attempt, SendErrors.Unreachable);
            }
        }

        Assert.InRange(_now - since, Policy.Term, Policy.Term * 2);
    }

    [Fact]
    public void A_probe_that_is_told_to_come_later_shows_that_the_endpoint_is_there()
    {
        Add(1, 2, 2);
        End(NextAttempt(), SendErrors.Unreachable);
        while (_progress.BrokenSince is null)
        {
            End(NextAttempt(), SendErrors.Unreachable);
        }

        PutOff(NextAttempt(), 503, TimeSpan.FromMinutes(10));
        Assert.Null(_progress.BrokenSince);
        Assert.Equal(_now + TimeSpan.FromMinutes(10), _progress.NextDue(DeliveryOrdering.PerOrder));
    }

    [Fact]
    public void Requests_at_once_grow_while_they_are_taken_and_are_halved_once_for_all_that_were_too_much_together()
    {
        Add(1, 200, 200);
        Assert.Equal(2, _progress.Limit);
        while (_progress.Limit < Policy.MaxInFlight)
        {
            End(NextAttempt(), null);
        }

        var together = new List<DeliveryAttempt>();
        while (_progress.Next(Endpoint(1), _now) is { } attempt)
        {
            together.Add(attempt);
        }

        Assert.Equal(Policy.MaxInFlight, together.Count);
        together.ForEach(attempt => PutOff(attempt, 429, TimeSpan.FromSeconds(1)));
        Assert.Equal(Policy.MaxInFlight / 2, _progress.Limit);
        PutOff(NextAttempt(), 429, TimeSpan.FromSeconds(1));
        Assert.Equal(Policy.MaxInFlight / 4, _progress.Limit);
        End(NextAttempt(), null);
        Assert.Equal(Policy.MaxInFlight / 4, _progress.Limit);
        End(NextAttempt(), SendErrors.Timeout);
        Assert.Equal(1, _progress.Limit);
        End(NextAttempt(), SendErrors.Timeout);
        Assert.Equal(1, _progress.Limit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_that_failed_goes_again_as_it_was_also_after_a_restart(bool behindOthers)
    {
        // What is under way before it keeps the cursor, and with it what is written of the batch, beyond it.
        Add(1, behindOthers ? 7 : 6, 3);
        var hung = behindOthers ? _progress.Next(Endpoint(1), _now) : null;
        var batch = _progress.Next(Endpoint(5), _now)!;
        var seqs = batch.Items.Select(item => item.Seq).ToArray();
        Assert.True(seqs.Length > 1 && (hung is null || seqs.All(seq => seq > hung.Items[0].Seq)));
        End(batch, SendErrors.Status);

        var saved = SavedProgress.Decode(_progress.Encode());
        var restarted = New(saved);
        while (restarted.ReadTo < _progress.ReadTo)
        {
            restarted.Add(Event(restarted.ReadTo + 1, 3), null, _now);
        }

        var again = New(restarted, _now + TimeSpan.FromSeconds(6)).Single(attempt => attempt.Items[0].Seq == seqs[0]);
        Assert.Equal(seqs, again.Items.Select(item => item.Seq));
        Assert.Equal(2, again.Number);
    }

    [Fact]
    public void A_batch_that_fails_while_others_arrive_is_taken_apart_and_only_what_nobody_takes_is_given_up()
    {
        Add(1, 3, 3);
        var failures = 0;
        for (var seq = 4; _progress.Waiting.Count > 0 || failures == 0; seq++)
        {
            var attempt = NextAttempt(3);
            var poisoned = attempt.Items.Any(item => item.Seq == 2);
            failures += poisoned ? 1 : 0;
            if (failures is > 0 and <= RetryPolicy.BatchAttempts && poisoned)
            {
                Assert.Equal([1L, 2L, 3L], attempt.Items.Select(item => item.Seq));
            }

            End(attempt, poisoned ? SendErrors.Status : null);
            Add(seq, 1, 100);
            var other = _progress.Next(Endpoint(1), _now);
            while (other is not null && other.Items.All(item => item.Seq > 3))
            {
                End(other, null);
                other = _progress.Next(Endpoint(1), _now);
            }

            if (other is not null)
            {
                _progress.Abandon(other);
            }
        }

        Assert.Equal([2L], _progress.Dead.Select(dead => dead.Seq));
        Assert.Equal(Policy.Attempts, failures);
    }

    [Fact]
    public void A_state_of_an_earlier_version_opens_and_is_probed_at_once_instead_of_by_the_events_schedule()
    {
        var written = """
            {"enabled_at":"2026-11-01T00:00:00+00:00","cursor":2,"waiting":[{"seq":1,"key":"o/o-1","attempts":6,"due_at":"2026-11-27T04:00:00+00:00","accepted_at":"2026-11-24T04:00:00+00:00","first_failed_at":"2026-11-24T04:00:01+00:00"},
            {"seq":2,"key":"o/o-2","attempts":0,"due_at":"0001-01-01T00:00:00+00:00","accepted_at":"2026-11-24T04:00:00+00:00"}],
            "failures":40,"broken_since":"2026-11-24T04:00:10+00:00","probes":5,"hold_until":"2026-11-27T00:00:00+00:00","last_error":"unreachable"}
            """;
        var progress = New(SavedProgress.Decode(Encoding.UTF8.GetBytes(written)));
        var probe = progress.Next(Endpoint(1), Start)!;
        Assert.True(probe.IsProbe);
        progress.Complete(Loaded(probe), new AttemptResult(null, Start), 0.5);
        var rest = progress.Next(Endpoint(1), Start)!;
        Assert.Equal(3, probe.Items[0].Seq + rest.Items[0].Seq);
    }

    private static DeliveryProgress New(SavedProgress saved) => new(saved, Policy, MarketCalendar.Shanghai);

    /// <summary>What goes at once, after what is due.</summary>
    private static List<DeliveryAttempt> New(DeliveryProgress progress, DateTimeOffset now)
    {
        var attempts = new List<DeliveryAttempt>();
        while (progress.Next(Endpoint(5), now) is { } attempt)
        {
            attempts.Add(attempt);
        }

        return attempts;
    }

    private static DeliveryEndpoint Endpoint(int batch) => new(new Uri("https://plugin.example/hook"), DeliveryOrdering.PerOrder, batch, 5);

    private static PluginEvent Event(long seq, int keys) =>
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

    private static DeliveryAttempt Loaded(DeliveryAttempt attempt) =>
        attempt with
        {
            Items = [.. attempt.Items.Select(item => item with { Event = item.Event ?? Event(item.Seq, int.MaxValue) })],
        };

    private void Add(long first, int count, int keys)
    {
        for (var seq = first; seq < first + count; seq++)
        {
            _progress.Add(Event(seq, keys), null, _now);
        }
    }

    /// <summary>The next request; time goes on to it.</summary>
    private DeliveryAttempt NextAttempt(int batch = 1)
    {
        for (var waits = 0; waits < 100; waits++)
        {
            if (_progress.Next(Endpoint(batch), _now) is { } attempt)
            {
                return attempt;
            }

            var due = _progress.NextDue(DeliveryOrdering.PerOrder);
            Assert.NotNull(due);
            _now = due > _now ? due.Value : _now.AddMilliseconds(1);
        }

        throw new InvalidOperationException("Nothing becomes due.");
    }

    private void End(DeliveryAttempt attempt, string? error) => _progress.Complete(Loaded(attempt), new AttemptResult(error, _now), 0.5);

    private void PutOff(DeliveryAttempt attempt, int status, TimeSpan wait) =>
        _progress.Complete(Loaded(attempt), new AttemptResult(SendErrors.Status, _now) { Status = status, RetryAfter = wait }, 0.5);
}
