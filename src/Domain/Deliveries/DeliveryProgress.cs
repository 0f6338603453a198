using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// Decides what to deliver next and records outcomes: cursor, window, order and retries. Has no clock and sends nothing; a decision is
/// durable only when its entries and <see cref="Encode"/> are written. Not thread-safe.
/// </summary>
public sealed class DeliveryProgress : IReadOnlyDeliveryProgress
{
    /// <summary>Maximum events read ahead of the cursor.</summary>
    public const int MaxWindow = 256;

    private const int EnoughToProbe = 16;

    private readonly SavedProgress _saved;
    private readonly UnwrittenEntries _entries = new();
    private readonly EndpointBreaker _breaker;
    private readonly DayTallies _days;
    private readonly DeliveryWindow _window;
    private readonly UnsettledEvents _unsettled;
    private readonly DeliverySequencer _sequencer;
    private readonly LifecycleLane _lifecycle;
    private readonly ReceiverPace _pace;
    private readonly InFlightRequests _requests;
    private readonly AttemptOutcomes _outcomes;
    private readonly DeliveryCursor _cursor;

    /// <summary>Continues from the stored state.</summary>
    /// <param name="saved">The last stored state.</param>
    /// <param name="policy">Retry limits and pauses.</param>
    /// <param name="calendar">The days of business.</param>
    public DeliveryProgress(SavedProgress saved, RetryPolicy policy, MarketCalendar calendar)
    {
        (_saved, _breaker, _days) = (saved, new EndpointBreaker(saved, policy), new DayTallies(saved, calendar));
        (_window, _pace) = (new DeliveryWindow(saved.Cursor), new ReceiverPace(policy.MaxInFlight));
        _unsettled = new UnsettledEvents(saved, policy, _breaker, _entries);
        _requests = new InFlightRequests(_window, _breaker, _pace);
        _sequencer = new DeliverySequencer(_window, _unsettled, _requests.BusyKeys);
        _lifecycle = new LifecycleLane(saved, _window, _unsettled);
        _cursor = new DeliveryCursor(saved, _window, _days, _entries);
        Replays = new RunningReplays(saved, policy, _breaker, _window, _unsettled, _requests);
        _outcomes = new AttemptOutcomes(saved, _window, _unsettled, _breaker, _pace, Replays, _days, _entries);
    }

    public DateTimeOffset EnabledAt => _saved.EnabledAt;

    public long Since => _saved.Since;

    /// <summary>Everything up to here is acknowledged, withheld, waiting for a retry, or a dead letter.</summary>
    public long Cursor => _saved.Cursor;

    /// <summary>The last position read into the window.</summary>
    public long ReadTo => _window.ReadTo;

    public IReadOnlyCollection<WaitingEvent> Waiting => _unsettled.Waiting;

    public IReadOnlyCollection<DeadEvent> Dead => _unsettled.Dead;

    public DateTimeOffset? BrokenSince => _breaker.OpenSince;

    public DateTimeOffset? LastAcknowledgedAt => _saved.LastAcknowledgedAt;

    public string? LastError => _breaker.LastError;

    /// <summary>Since when the receiver has postponed attempts without accepting any; null if it does not.</summary>
    public DateTimeOffset? ThrottledSince => _saved.PutOffSince;

    public int InFlight => _requests.Count;

    /// <summary>Requests that may be in flight now, at the receiver's pace.</summary>
    public int Limit => _pace.Limit;

    /// <summary>True if something that waits for a later instant could be tried now.</summary>
    public bool IsHeldUp =>
        _breaker.IsOpen || _breaker.HoldUntil is not null || Waiting.Count > 0 || Replays.All.Any(replay => replay.DueAt is not null);

    /// <summary>Set when the endpoint must be parked; a code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted => _breaker.ParkWanted;

    /// <summary>The replays in progress.</summary>
    public RunningReplays Replays { get; }

    /// <summary>True if there are entries to write.</summary>
    public bool HasEntries => _entries.Count > 0;

    public IReadOnlyList<DeliveryFigures> Figures => _days.Figures;

    /// <summary>True if more of the feed may be read ahead.</summary>
    public bool WantsEvents(DeliveryOrdering ordering) =>
        // While the breaker is open a few events are enough to probe with.
        (!_breaker.IsOpen || _window.Count + Waiting.Count < EnoughToProbe)
        && _window.Count < MaxWindow
        && !_unsettled.IsFull
        && (ordering != DeliveryOrdering.PerSeller || Waiting.Count == 0);

    /// <summary>The last position scanned for lifecycle events.</summary>
    public long ScannedTo => _lifecycle.ScannedTo;

    /// <summary>
    /// True if more of the feed may be scanned for lifecycle events, which are sent even while the installation is stopped.
    /// </summary>
    public bool WantsLifecycle => _lifecycle.WantsEvents;

    /// <summary>True if lifecycle events are waiting.</summary>
    public bool HasLifecycle => _unsettled.Lifecycle.Any();

    /// <summary>True for a lifecycle event beyond the cursor that is being sent, or was sent, while the installation is stopped.</summary>
    public bool IsSentAhead(PluginEvent @event) => _lifecycle.Contains(@event);

    /// <summary>Scans the event after <see cref="ScannedTo"/> while the installation is stopped.</summary>
    /// <param name="event">The event.</param>
    /// <param name="isOwed">True if it is a lifecycle event of this installation.</param>
    /// <returns>False if it must be scanned again later.</returns>
    public bool TryScan(PluginEvent @event, bool isOwed) => _lifecycle.TryScan(@event, isOwed);

    /// <summary>Starts over for a new enablement, discarding the state of the previous one.</summary>
    public void StartEnablement(DateTimeOffset enabledAt, long since, DateTimeOffset now)
    {
        (_saved.EnabledAt, _saved.Since, _saved.Cursor, _saved.LifecycleTo) = (enabledAt, since, since, since);
        _unsettled.Clear();
        _window.Clear(since);
        _requests.FreeKeys();
        Replays.Clear();
        _breaker.ClearParkingRequest();
        _breaker.Reset();
        _entries.Add(new DeliveryEntry(since, since, DeliveryOutcome.Resumed, DeliveryChannel.Push, now) { Reason = "enabled" });
    }

    /// <summary>Adds the next event of the feed to the window.</summary>
    /// <param name="event">The event after <see cref="ReadTo"/>.</param>
    /// <param name="withheld">Why it is not owed; null if it is.</param>
    /// <param name="now">The instant.</param>
    public void Add(PluginEvent @event, string? withheld, DateTimeOffset now)
    {
        _window.Add(
            withheld is null && _lifecycle.Contains(@event)
                ? _lifecycle.CreateSlot(@event, now)
                : new WindowSlot(@event) { Withheld = withheld, IsWaiting = _unsettled.TryRestore(@event.Seq, withheld is null) }
        );
        _cursor.Advance(now);
    }

    /// <summary>Drops events read ahead that are not in flight, because the entitlement changed.</summary>
    public void Reread() => _window.Shorten(_saved.Cursor);

    /// <summary>
    /// Moves the window back to the cursor and drops all decisions beyond it; those events are read and counted again. For a plugin that
    /// switched to pulling; nothing may be in flight.
    /// </summary>
    public void Rewind()
    {
        DeliveryInvariant.Require(InFlight == 0);
        foreach (var slot in _window.Slots.Where(slot => !slot.IsSentAhead))
        {
            _unsettled.Settle(slot.Event.Seq);
        }

        _unsettled.DropAhead();
        _window.Clear(_saved.Cursor);
    }

    /// <summary>Like <see cref="Next"/> while the installation is stopped: only lifecycle events, whatever else waits.</summary>
    public DeliveryAttempt? NextLifecycle(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        if (!_requests.CanStart(now))
        {
            return null;
        }

        if (_breaker.IsOpen)
        {
            return InFlight == 0 ? Start(_sequencer.ProbeLifecycle(endpoint, now)) : null;
        }

        _breaker.Release();
        return Start(_sequencer.NextLifecycle(endpoint, now));
    }

    /// <summary>The next request, or null if none may start now. The caller must <see cref="Complete"/> it.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        if (!_requests.CanStart(now))
        {
            return null;
        }

        if (_breaker.IsOpen)
        {
            return InFlight == 0 ? Start(_sequencer.Probe(endpoint, _breaker.Probes, now)) : null;
        }

        _breaker.Release();
        var attempt = Start(_sequencer.Next(endpoint, now));
        if (attempt is null)
        {
            // Events queued behind others of their key no longer hold the cursor.
            _cursor.Advance(now);
        }

        return attempt;
    }

    /// <summary>Cancels a request that was not sent; nothing has changed.</summary>
    public void Abandon(DeliveryAttempt attempt) => _requests.Cancel(attempt);

    /// <summary>Withholds an event of a request that is no longer owed, and cancels the request.</summary>
    public void Withdraw(DeliveryAttempt attempt, PluginEvent @event, string reason, DateTimeOffset now)
    {
        Abandon(attempt);
        var waited = _unsettled.Release(@event.Seq);
        if (_window.Find(@event.Seq) is { } slot)
        {
            (slot.Withheld, slot.IsWaiting) = (reason, false);
        }
        else if (waited)
        {
            _cursor.Withdraw(@event, reason, now);
        }

        _cursor.Advance(now);
    }

    /// <summary>Records the outcome of a request; its items must hold their events.</summary>
    /// <param name="attempt">The request, with its events.</param>
    /// <param name="result">Its outcome.</param>
    /// <param name="chance">From 0 to below 1, to spread the pauses.</param>
    public void Complete(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        _requests.End(attempt);
        _outcomes.Record(attempt, result, chance);
        _cursor.Advance(result.At);
    }

    /// <summary>
    /// Records that a pulling plugin has everything up to a position; the events are those after the cursor, in order, without gaps.
    /// </summary>
    public void Confirm(IEnumerable<(PluginEvent Event, string? Withheld)> events, long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        Rewind();
        var first = (long?)null;
        foreach (var (@event, withheld) in events.TakeWhile(pair => pair.Event.Seq <= upTo))
        {
            Add(@event, withheld, now);
            if (withheld is null)
            {
                // The cursor passes lifecycle events sent while the installation was stopped.
                if (_window.Find(@event.Seq) is { } slot)
                {
                    slot.AcknowledgedAt = now;
                    first ??= @event.Seq;
                    _cursor.Advance(now);
                }
            }
        }

        if (first is { } from)
        {
            _entries.Add(new DeliveryEntry(from, ReadTo, DeliveryOutcome.Acknowledged, channel, now));
            _saved.LastAcknowledgedAt = now;
        }
    }

    /// <summary>Records that a waiting event or a dead letter arrived another way.</summary>
    public void Settle(PluginEvent @event, DateTimeOffset now) => _outcomes.Settle(@event, now);

    /// <summary>Adds an entry for a confirmation or a replay.</summary>
    public void Log(DeliveryEntry entry) => _entries.Add(entry);

    /// <summary>Parks the endpoint: nothing is tried until <see cref="Resume"/>.</summary>
    public void Park(string reason, DateTimeOffset now)
    {
        _breaker.ClearParkingRequest();
        _entries.Add(
            new DeliveryEntry(_saved.Cursor, _saved.Cursor, DeliveryOutcome.Parked, DeliveryChannel.Push, now) { Reason = reason }
        );
    }

    /// <summary>Retries everything waiting at once.</summary>
    public void Resume(DateTimeOffset now)
    {
        _pace.Restart();
        _breaker.Reset();
        _breaker.ClearParkingRequest();
        _unsettled.Resume(now);
        Replays.Resume();
        _entries.Add(new DeliveryEntry(_saved.Cursor, _saved.Cursor, DeliveryOutcome.Resumed, DeliveryChannel.Push, now));
    }

    /// <summary>Switches to another endpoint, if it is another: failures of the previous one say nothing about it.</summary>
    /// <param name="revision">Revision of the plugin's endpoint; 0 for the installation's own.</param>
    /// <param name="now">The instant.</param>
    /// <returns>True if the endpoint changed.</returns>
    public bool SwitchEndpoint(long revision, DateTimeOffset now)
    {
        if (_saved.Revision == revision)
        {
            return false;
        }

        _saved.Revision = revision;
        Reread();
        Resume(now);
        return true;
    }

    /// <summary>Like <see cref="NextDue"/>, while the installation is stopped.</summary>
    public DateTimeOffset? NextLifecycleDue(DeliveryOrdering ordering)
    {
        var soonest = _unsettled.FirstOfKeys(ordering, lifecycleOnly: true).Select(first => (DateTimeOffset?)first.NextAt).Min();
        return soonest is null || (!_breaker.IsOpen && !(_breaker.HoldUntil > soonest)) ? soonest : _breaker.HoldUntil;
    }

    /// <summary>When the next waiting event becomes due; null if none will.</summary>
    public DateTimeOffset? NextDue(DeliveryOrdering ordering)
    {
        if (_breaker.IsOpen)
        {
            // Without an event to probe with there is nothing to wait for.
            return Waiting.Count > 0 || _window.Count > 0 || Replays.All.Count > 0 ? _breaker.HoldUntil : null;
        }

        var waiting = _unsettled.FirstOfKeys(ordering).Select(first => (DateTimeOffset?)first.NextAt).Min();
        var replay = Replays.NextDue;
        var soonest = waiting < replay || replay is null ? waiting : replay;
        return _breaker.HoldUntil is { } until && (soonest is null || soonest < until || _window.Count > 0) ? until : soonest;
    }

    /// <summary>Figures of a day; null if it has none.</summary>
    public DeliveryFigures? FiguresOf(DateOnly day) => _days.FiguresOf(day);

    /// <summary>The entries since the last call, for the next row of the delivery log.</summary>
    public IReadOnlyList<DeliveryEntry> DrainEntries() => _entries.Drain();

    /// <summary>The state to write with them.</summary>
    public byte[] Encode()
    {
        _unsettled.Save();
        return _saved.Encode();
    }

    private DeliveryAttempt? Start(DeliveryAttempt? attempt) => attempt is null ? null : _requests.Start(attempt);
}
