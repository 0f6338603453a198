using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// What is to be delivered next, and what became of it: cursor, window, order and further attempts. Knows no clock and sends nothing; what
/// it decides is durable only when its entries and <see cref="Encode"/> are written. Not thread-safe.
/// </summary>
public sealed class DeliveryProgress
{
    /// <summary>Events that may be read ahead of the cursor.</summary>
    public const int MaxWindow = 256;

    private const int EnoughToProbe = 16;

    private readonly SavedProgress _saved;
    private readonly RetryPolicy _policy;
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly UnwrittenEntries _entries = new();
    private readonly EndpointBreaker _breaker;
    private readonly RunningReplays _replays;
    private readonly DayTallies _days;
    private readonly DeliveryWindow _window;
    private readonly UnsettledEvents _unsettled;
    private readonly DeliveryOrder _order;
    private readonly LifecycleLane _lifecycle;
    private readonly ReceiverPace _pace;

    /// <summary>Goes on from what was written.</summary>
    /// <param name="saved">As it was written last.</param>
    /// <param name="policy">How often and how long.</param>
    /// <param name="calendar">The days of business.</param>
    public DeliveryProgress(SavedProgress saved, RetryPolicy policy, MarketCalendar calendar)
    {
        (_saved, _policy) = (saved, policy);
        (_breaker, _replays, _days) = (
            new EndpointBreaker(saved, policy),
            new RunningReplays(saved, policy),
            new DayTallies(saved, calendar)
        );
        (_window, _pace) = (new DeliveryWindow(saved.Cursor), new ReceiverPace(policy.MaxInFlight));
        _unsettled = new UnsettledEvents(saved, policy, _breaker, _entries);
        _order = new DeliveryOrder(_window, _unsettled, _busy);
        _lifecycle = new LifecycleLane(saved, _window, _unsettled);
    }

    public DateTimeOffset EnabledAt => _saved.EnabledAt;

    public long Since => _saved.Since;

    /// <summary>Everything up to it is taken, withheld, waits for a further attempt, or is a dead letter.</summary>
    public long Cursor => _saved.Cursor;

    /// <summary>The last place that was read into the window.</summary>
    public long ReadTo => _window.ReadTo;

    public IReadOnlyCollection<WaitingEvent> Waiting => _unsettled.Waiting;

    public IReadOnlyCollection<DeadEvent> Dead => _unsettled.Dead;

    public DateTimeOffset? BrokenSince => _breaker.OpenSince;

    public DateTimeOffset? LastAcknowledgedAt => _saved.LastAcknowledgedAt;

    public string? LastError => _breaker.LastError;

    /// <summary>Since when the receiver puts attempts off without having taken one; null if it does not.</summary>
    public DateTimeOffset? ThrottledSince => _saved.PutOffSince;

    public int InFlight { get; private set; }

    /// <summary>Requests that may be under way now, as the receiver takes them.</summary>
    public int Limit => _pace.Limit;

    /// <summary>True if something waits for a later instant that could be tried now.</summary>
    public bool IsHeldUp =>
        _breaker.IsOpen || _breaker.HoldUntil is not null || Waiting.Count > 0 || Replays.Any(replay => replay.DueAt is not null);

    /// <summary>Set when the endpoint has to be parked, by code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted => _breaker.ParkWanted;

    public IReadOnlyList<ReplayProgress> Replays => _replays.All;

    /// <summary>True if something has to be written.</summary>
    public bool HasEntries => _entries.Count > 0;

    public IReadOnlyList<DeliveryFigures> Figures => _days.Figures;

    /// <summary>True if more of the feed may be read ahead.</summary>
    public bool WantsEvents(DeliveryOrdering ordering) =>
        // While the breaker is open a few are enough: to probe with.
        (!_breaker.IsOpen || _window.Count + Waiting.Count < EnoughToProbe)
        && _window.Count < MaxWindow
        && !_unsettled.IsFull
        && (ordering != DeliveryOrdering.PerSeller || Waiting.Count == 0);

    /// <summary>The last place that was looked at for lifecycle events.</summary>
    public long LookedTo => _lifecycle.LookedTo;

    /// <summary>True if more of the feed may be looked at for lifecycle events, which go although the installation is stopped.</summary>
    public bool WantsLifecycle => _lifecycle.WantsEvents;

    /// <summary>True if lifecycle events wait.</summary>
    public bool HasLifecycle => _unsettled.Lifecycle.Any();

    /// <summary>True for a lifecycle event beyond the cursor that goes, or went, while the installation is stopped.</summary>
    public bool IsTakenOver(PluginEvent @event) => _lifecycle.Holds(@event);

    /// <summary>Looks at the event after <see cref="LookedTo"/>, while the installation is stopped.</summary>
    /// <param name="event">The event.</param>
    /// <param name="isOwed">True if it is a lifecycle event of this installation.</param>
    /// <returns>False if it has to be looked at later.</returns>
    public bool Look(PluginEvent @event, bool isOwed) => _lifecycle.Look(@event, isOwed);

    /// <summary>Begins anew with another enablement: what the one before left is of no interest.</summary>
    public void Begin(DateTimeOffset enabledAt, long since, DateTimeOffset now)
    {
        (_saved.EnabledAt, _saved.Since, _saved.Cursor, _saved.LifecycleTo) = (enabledAt, since, since, since);
        _unsettled.Clear();
        _window.Clear(since);
        _busy.Clear();
        _replays.Clear();
        _breaker.ForgetParking();
        _breaker.Reset();
        _entries.Add(new DeliveryEntry(since, since, DeliveryOutcome.Resumed, DeliveryChannel.Push, now) { Reason = "enabled" });
    }

    /// <summary>Takes the next event of the feed into the window.</summary>
    /// <param name="event">The event after <see cref="ReadTo"/>.</param>
    /// <param name="withheld">Why it is not owed; null if it is.</param>
    /// <param name="now">The instant.</param>
    public void Take(PluginEvent @event, string? withheld, DateTimeOffset now)
    {
        _window.Add(
            withheld is null && _lifecycle.Holds(@event)
                ? _lifecycle.SlotOf(@event, now)
                : new WindowSlot(@event) { Withheld = withheld, IsWaiting = _unsettled.TakeUp(@event.Seq, withheld is null) }
        );
        Advance(now);
    }

    /// <summary>Forgets what was read ahead and is not under way: what an installation may have has changed.</summary>
    public void Reread() => _window.Shorten(_saved.Cursor);

    /// <summary>
    /// Puts the window back to the cursor, with all that was decided beyond it: it will be read, and counted, again. For a plugin that
    /// pulls now; nothing may be under way.
    /// </summary>
    public void Rewind()
    {
        foreach (var slot in _window.Slots.Where(slot => !slot.IsTakenOver))
        {
            _unsettled.Settle(slot.Event.Seq);
        }

        _unsettled.Forget();
        _window.Clear(_saved.Cursor);
    }

    /// <summary>As <see cref="Next"/>, while the installation is stopped: only lifecycle events, whatever else waits.</summary>
    public DeliveryAttempt? NextLifecycle(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        if (!MayBegin(now))
        {
            return null;
        }

        if (_breaker.IsOpen)
        {
            return InFlight == 0 ? MarkInFlight(_order.ProbeLifecycle(endpoint, now)) : null;
        }

        _breaker.Release();
        return MarkInFlight(_order.NextLifecycle(endpoint, now));
    }

    /// <summary>The next request, or null if none may begin now. Whoever takes it has to <see cref="Complete"/> it.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        if (!MayBegin(now))
        {
            return null;
        }

        if (_breaker.IsOpen)
        {
            return InFlight == 0 ? MarkInFlight(_order.Probe(endpoint, _breaker.Probes, now)) : null;
        }

        _breaker.Release();
        var attempt = MarkInFlight(_order.Next(endpoint, now));
        if (attempt is null)
        {
            // What was queued behind others of its key may be passed.
            Advance(now);
        }

        return attempt;
    }

    /// <summary>As <see cref="Next"/>, for a replay: the request that the caller has made of its next events.</summary>
    /// <param name="replay">Which replay.</param>
    /// <param name="now">The instant.</param>
    /// <returns>False if it has to wait.</returns>
    public bool MayReplay(ReplayProgress replay, DateTimeOffset now) =>
        MayBegin(now)
        && (!_breaker.IsOpen || IsProbedByReplays)
        && !(replay.DueAt > now)
        && !_busy.Contains(RunningReplays.KeyOf(replay.Id));

    /// <summary>Begins a request of a replay; has to be completed.</summary>
    public DeliveryAttempt BeginReplay(ReplayProgress replay, IEnumerable<PluginEvent> events) =>
        MarkInFlight(
            new DeliveryAttempt([
                .. events.Select(@event => new AttemptItem(@event.Seq, RunningReplays.KeyOf(replay.Id), replay.Attempts, @event)),
            ])
            {
                Replay = replay.Id,
                IsProbe = _breaker.IsOpen,
            }
        )!;

    /// <summary>Forgets replays that nobody wants any more.</summary>
    public void KeepReplays(IEnumerable<string> wanted) => _replays.Keep(wanted);

    /// <summary>Takes up a replay, or goes on with it.</summary>
    public ReplayProgress ReplayOf(ReplayRequest request) => _replays.Of(request);

    /// <summary>A replay is through, or was called off.</summary>
    public void EndReplay(string id) => _replays.End(id);

    /// <summary>A request is not made after all, and nothing has changed.</summary>
    public void Abandon(DeliveryAttempt attempt)
    {
        InFlight--;
        foreach (var item in attempt.Items)
        {
            _busy.Remove(item.Key);
            if (_window.Find(item.Seq) is { } slot)
            {
                slot.IsUnderWay = false;
            }
        }
    }

    /// <summary>An event of a request is not owed any more: the request is abandoned, and the event withheld.</summary>
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
            _days.Withdraw(@event);
            _entries.Withhold(@event.Seq, reason, now);
        }

        Advance(now);
    }

    /// <summary>Notes how a request ended; its items hold their events.</summary>
    /// <param name="attempt">The request, with its events.</param>
    /// <param name="result">Its end.</param>
    /// <param name="chance">From 0 to below 1, for the spread of pauses.</param>
    public void Complete(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        InFlight--;
        _busy.ExceptWith(attempt.Items.Select(item => item.Key));
        _entries.Add(attempt, result, item => Tells(attempt, item, result));
        if (result.Taken)
        {
            Acknowledge(attempt, result.At);
        }
        else
        {
            Fail(attempt, result, chance);
        }

        _replays.Step(attempt, result, chance);
        Advance(result.At);
    }

    /// <summary>
    /// Notes that a plugin that pulls has everything up to a place; events are those after the cursor, in order, without gaps.
    /// </summary>
    public void Confirm(IEnumerable<(PluginEvent Event, string? Withheld)> events, long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        Rewind();
        var first = (long?)null;
        foreach (var (@event, withheld) in events.TakeWhile(pair => pair.Event.Seq <= upTo))
        {
            Take(@event, withheld, now);
            if (withheld is null)
            {
                // The cursor has passed what went while the installation was stopped.
                if (_window.Find(@event.Seq) is { } slot)
                {
                    slot.TakenAt = now;
                    first ??= @event.Seq;
                    Advance(now);
                }
            }
        }

        if (first is { } from)
        {
            _entries.Add(new DeliveryEntry(from, ReadTo, DeliveryOutcome.Acknowledged, channel, now));
            _saved.LastAcknowledgedAt = now;
        }
    }

    /// <summary>Notes that an event which waited, or was given up, has arrived on another way.</summary>
    public void Settle(PluginEvent @event, DateTimeOffset now)
    {
        if (_unsettled.Settle(@event.Seq))
        {
            _days.Take(@event, now);
        }
    }

    /// <summary>Adds an entry of a confirmation or a replay.</summary>
    public void Log(DeliveryEntry entry) => _entries.Add(entry);

    /// <summary>Parked: nothing is tried until <see cref="Resume"/>.</summary>
    public void Park(string reason, DateTimeOffset now)
    {
        _breaker.ForgetParking();
        _entries.Add(
            new DeliveryEntry(_saved.Cursor, _saved.Cursor, DeliveryOutcome.Parked, DeliveryChannel.Push, now) { Reason = reason }
        );
    }

    /// <summary>Goes on at once with everything that waits.</summary>
    public void Resume(DateTimeOffset now)
    {
        _pace.Restart();
        _breaker.Reset();
        _breaker.ForgetParking();
        _unsettled.Resume(now);
        _replays.Resume();
        _entries.Add(new DeliveryEntry(_saved.Cursor, _saved.Cursor, DeliveryOutcome.Resumed, DeliveryChannel.Push, now));
    }

    /// <summary>Goes on towards another endpoint than before, if it is another: what failed there says nothing of this one.</summary>
    /// <param name="revision">Of the plugin's endpoint; 0 for one of the installation's own.</param>
    /// <param name="now">The instant.</param>
    /// <returns>True if it is another.</returns>
    public bool Turn(long revision, DateTimeOffset now)
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

    /// <summary>As <see cref="NextDue"/>, while the installation is stopped.</summary>
    public DateTimeOffset? NextLifecycleDue(DeliveryOrdering ordering)
    {
        var soonest = _unsettled.FirstOfKeys(ordering, lifecycleOnly: true).Select(first => (DateTimeOffset?)first.NextAt).Min();
        return soonest is null || (!_breaker.IsOpen && !(_breaker.HoldUntil > soonest)) ? soonest : _breaker.HoldUntil;
    }

    /// <summary>When something becomes due that is not now; null if nothing will.</summary>
    public DateTimeOffset? NextDue(DeliveryOrdering ordering)
    {
        if (_breaker.IsOpen)
        {
            // Without anything to probe with there is nothing to wait for.
            return Waiting.Count > 0 || _window.Count > 0 || Replays.Count > 0 ? _breaker.HoldUntil : null;
        }

        var waiting = _unsettled.FirstOfKeys(ordering).Select(first => (DateTimeOffset?)first.NextAt).Min();
        var replay = _replays.NextDue;
        var soonest = waiting < replay || replay is null ? waiting : replay;
        return _breaker.HoldUntil is { } until && (soonest is null || soonest < until || _window.Count > 0) ? until : soonest;
    }

    /// <summary>Figures of a day; null if it has none.</summary>
    public DeliveryFigures? FiguresOf(DateOnly day) => _days.FiguresOf(day);

    /// <summary>The entries since the last time, for the next row of the delivery log.</summary>
    public IReadOnlyList<DeliveryEntry> TakeEntries() => _entries.TakeAll();

    /// <summary>The state to be written with them.</summary>
    public byte[] Encode()
    {
        _unsettled.Save();
        return _saved.Encode();
    }

    // Where nothing else is there to find out whether the endpoint is back.
    private bool IsProbedByReplays => InFlight == 0 && Waiting.Count == 0 && _window.Count == 0;

    private bool MayBegin(DateTimeOffset now) => _breaker.Allows(now) && InFlight < _pace.Limit;

    private DeliveryAttempt? MarkInFlight(DeliveryAttempt? attempt)
    {
        if (attempt is null)
        {
            return null;
        }

        InFlight++;
        foreach (var item in attempt.Items)
        {
            _busy.Add(item.Key);
            if (_window.Find(item.Seq) is { } slot)
            {
                slot.IsUnderWay = true;
            }
        }

        return attempt with
        {
            Ordinal = _pace.Begin(),
        };
    }

    // A receiver that says "in a second" for hours would fill the log with rows that say the same.
    private int Tells(DeliveryAttempt attempt, AttemptItem item, AttemptResult result) =>
        (result.IsPutOff, attempt.Replay) switch
        {
            (false, _) => 1,
            (_, null) => _unsettled.ThrottlesToTell(item.Seq, result.At),
            (_, { } replay) => _replays.ThrottlesToTell(replay, result.At),
        };

    private void Acknowledge(DeliveryAttempt attempt, DateTimeOffset at)
    {
        _pace.Raise();
        if (_breaker.Succeed())
        {
            Return(at);
        }

        _saved.LastAcknowledgedAt = at;
        foreach (var item in attempt.Items)
        {
            Acknowledge(item, at);
        }
    }

    private void Acknowledge(AttemptItem item, DateTimeOffset at)
    {
        if (_window.Find(item.Seq) is { } slot)
        {
            // Counted when the cursor passes, and not before: were it counted now, it would be again after a crash.
            _unsettled.Release(item.Seq);
            (slot.IsUnderWay, slot.IsWaiting, slot.TakenAt) = (false, false, at);
        }
        else if (item.Event is { } @event)
        {
            Settle(@event, at);
        }
    }

    private void Fail(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        if (result.IsTooMuch)
        {
            _pace.Lower(attempt.Ordinal);
        }

        var isBack = _breaker.Fail(attempt, result, chance);
        if (attempt.Replay is null)
        {
            foreach (var item in attempt.Items)
            {
                // What says something of the endpoint and nothing of the event is not counted against it.
                Wait(
                    item,
                    result,
                    !attempt.IsProbe && !item.IsExtra && result.RetryAfter is null && result.Error != SendErrors.Gone,
                    chance
                );
            }
        }

        if (isBack)
        {
            Return(result.At);
        }
    }

    /// <summary>The endpoint is back after a time in which nothing arrived.</summary>
    private void Return(DateTimeOffset at)
    {
        _pace.Restart();
        _unsettled.Hasten(_saved.LastAcknowledgedAt, at);
        _replays.Resume();
    }

    private void Wait(AttemptItem item, AttemptResult result, bool charged, double chance)
    {
        if (item.Seq <= _saved.Since)
        {
            // Of an enablement that has ended meanwhile.
            return;
        }

        _unsettled.Fail(item, result, charged, chance);
        if (charged && _unsettled.ShowsBroken(item.Seq))
        {
            _breaker.Open(result.At, chance);
        }

        if (_window.Find(item.Seq) is { } slot)
        {
            (slot.IsUnderWay, slot.IsWaiting) = (false, true);
        }
    }

    /// <summary>Moves the cursor over what is decided, and counts it.</summary>
    private void Advance(DateTimeOffset now)
    {
        while (_window.Pass() is { } slot)
        {
            _saved.Cursor = slot.Event.Seq;
            Count(slot, now);
        }
    }

    private void Count(WindowSlot slot, DateTimeOffset now)
    {
        if (slot.Withheld == DeliveryFilter.OtherInstallation)
        {
            return;
        }

        if (slot.Withheld is { } reason)
        {
            _days.Withhold(slot.Event);
            _entries.Withhold(slot.Event.Seq, reason, now);
            return;
        }

        _days.Owe(slot.Event);
        if (slot.TakenAt is { } at)
        {
            _days.Take(slot.Event, at);
        }
    }
}
