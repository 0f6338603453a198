using System.Collections.Immutable;

namespace Marketplace.Sync.Delivery;

/// <summary>
/// What is to be delivered next, and what became of it: cursor, window, waiting events, breaker, figures. Knows no clock and sends nothing;
/// what it decides is durable only when its entries and <see cref="Encode"/> are written. Not thread-safe.
/// </summary>
/// <param name="saved">As it was written last.</param>
/// <param name="policy">How often and how long.</param>
/// <param name="calendar">The days of business.</param>
public sealed class DeliveryProgress(SavedProgress saved, RetryPolicy policy, MarketCalendar calendar)
{
    /// <summary>Events that may be read ahead of the cursor.</summary>
    public const int MaxWindow = 256;

    /// <summary>Days whose figures are kept.</summary>
    public const int KeptDays = 35;

    private readonly LinkedList<Slot> _window = [];
    private readonly Dictionary<long, Slot> _slots = [];
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);

    // What lies beyond the cursor, because a process ended before the cursor could pass, is read again and begins anew: so it is counted once.
    private readonly SortedDictionary<long, WaitingEvent> _waiting = new(saved.Waiting.Where(waiting => waiting.Seq <= saved.Cursor).ToDictionary(waiting => waiting.Seq));
    private readonly SortedDictionary<long, DeadEvent> _dead = new(saved.Dead.Where(dead => dead.Seq <= saved.Cursor).ToDictionary(dead => dead.Seq));
    private readonly List<DeliveryEntry> _entries = [];
    private int _inFlight;

    public DateTimeOffset EnabledAt => saved.EnabledAt;

    public long Since => saved.Since;

    /// <summary>Everything up to it is taken, withheld, waits for a further attempt, or is a dead letter.</summary>
    public long Cursor => saved.Cursor;

    /// <summary>The last place that was read into the window.</summary>
    public long ReadTo { get; private set; } = saved.Cursor;

    public IReadOnlyCollection<WaitingEvent> Waiting => _waiting.Values;

    public IReadOnlyCollection<DeadEvent> Dead => _dead.Values;

    public DateTimeOffset? BrokenSince => saved.BrokenSince;

    public DateTimeOffset? LastAcknowledgedAt => saved.LastAcknowledgedAt;

    public string? LastError => saved.LastError;

    public int InFlight => _inFlight;

    /// <summary>Set when the endpoint has to be parked, by code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted { get; private set; }

    public IReadOnlyList<ReplayProgress> Replays => saved.Replays;

    /// <summary>True if something has to be written.</summary>
    public bool HasEntries => _entries.Count > 0;

    public IReadOnlyList<DeliveryFigures> Figures => [.. saved.Days.Select(day => day.ToFigures())];

    /// <summary>True if more of the feed may be read ahead.</summary>
    public bool WantsEvents(DeliveryOrdering ordering) =>
        // While the breaker is open one event is enough: to probe with.
        (saved.BrokenSince is null || (_window.Count == 0 && _waiting.Count == 0)) && _window.Count < MaxWindow && _waiting.Count < policy.MaxWaiting && (ordering != DeliveryOrdering.PerSeller || _waiting.Count == 0);

    /// <summary>Begins anew with another enablement: what the one before left is of no interest.</summary>
    public void Begin(DateTimeOffset enabledAt, long since, DateTimeOffset now)
    {
        (saved.EnabledAt, saved.Since, saved.Cursor, ReadTo) = (enabledAt, since, since, since);
        _waiting.Clear();
        _dead.Clear();
        _window.Clear();
        _slots.Clear();
        _busy.Clear();
        saved.Replays.Clear();
        ParkWanted = null;
        Mend();
        _entries.Add(new DeliveryEntry(since, since, DeliveryOutcome.Resumed, DeliveryChannel.Push, now) { Reason = "enabled" });
    }

    /// <summary>Takes the next event of the feed into the window.</summary>
    /// <param name="happened">The event after <see cref="ReadTo"/>.</param>
    /// <param name="withheld">Why it is not owed; null if it is.</param>
    /// <param name="now">The instant.</param>
    public void Take(PluginEvent happened, string? withheld, DateTimeOffset now)
    {
        var slot = new Slot(happened) { Withheld = withheld };
        _window.AddLast(slot);
        _slots.Add(happened.Seq, slot);
        ReadTo = happened.Seq;
        Advance(now);
    }

    /// <summary>Forgets what was read ahead and is not under way: what an installation may have has changed.</summary>
    public void Reread()
    {
        while (_window.Last is { Value: { IsUnderWay: false, IsWaiting: false, TakenAt: null } } last)
        {
            _window.RemoveLast();
            _slots.Remove(last.Value.Event.Seq);
        }

        ReadTo = _window.Last?.Value.Event.Seq ?? saved.Cursor;
    }

    /// <summary>
    /// Puts the window back to the cursor, with all that was decided beyond it: it will be read, and counted, again. For a plugin that pulls now;
    /// nothing may be under way.
    /// </summary>
    public void Rewind()
    {
        foreach (var slot in _window)
        {
            _waiting.Remove(slot.Event.Seq);
            _dead.Remove(slot.Event.Seq);
        }

        _window.Clear();
        _slots.Clear();
        ReadTo = saved.Cursor;
    }

    /// <summary>The next request, or null if none may begin now. Whoever takes it has to <see cref="Complete"/> it.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        if (ParkWanted is not null || _inFlight >= policy.MaxInFlight || saved.HoldUntil > now)
        {
            return null;
        }

        if (saved.BrokenSince is not null)
        {
            return _inFlight == 0 ? Begun(Probe(endpoint.Ordering)) : null;
        }

        saved.HoldUntil = null;
        var attempt = Begun(DueWaiting(endpoint.Ordering, now) ?? Fresh(endpoint));
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
        ParkWanted is null
        && (saved.BrokenSince is null || IsProbedByReplays)
        && _inFlight < policy.MaxInFlight
        && !(saved.HoldUntil > now)
        && !(replay.DueAt > now)
        && !_busy.Contains(KeyOf(replay.Id));

    /// <summary>Begins a request of a replay; has to be completed.</summary>
    public DeliveryAttempt BeginReplay(ReplayProgress replay, IEnumerable<PluginEvent> events) => Begun(new DeliveryAttempt(
        [.. events.Select(happened => new AttemptItem(happened.Seq, KeyOf(replay.Id), replay.Attempts, happened))])
    {
        Replay = replay.Id,
        IsProbe = saved.BrokenSince is not null,
    })!;

    /// <summary>Forgets replays that nobody wants any more.</summary>
    public void KeepReplays(IEnumerable<string> wanted)
    {
        var ids = wanted.ToHashSet(StringComparer.Ordinal);
        saved.Replays.RemoveAll(replay => !ids.Contains(replay.Id));
    }

    /// <summary>Takes up a replay, or goes on with it.</summary>
    public ReplayProgress ReplayOf(ReplayRequest request)
    {
        if (saved.Replays.Find(known => known.Id == request.Id) is not { } replay)
        {
            saved.Replays.Add(replay = new ReplayProgress { Id = request.Id, Next = request.FromSeq });
        }

        return replay;
    }

    /// <summary>A replay is through, or was called off.</summary>
    public void EndReplay(string id) => saved.Replays.RemoveAll(replay => replay.Id == id);

    /// <summary>A request is not made after all, and nothing has changed.</summary>
    public void Abandon(DeliveryAttempt attempt)
    {
        _inFlight--;
        foreach (var item in attempt.Items)
        {
            _busy.Remove(item.Key);
            if (_slots.TryGetValue(item.Seq, out var slot))
            {
                slot.IsUnderWay = false;
            }
        }
    }

    /// <summary>An event of a request is not owed any more: the request is abandoned, and the event withheld.</summary>
    public void Withdraw(DeliveryAttempt attempt, PluginEvent happened, string reason, DateTimeOffset now)
    {
        Abandon(attempt);
        var waited = _waiting.Remove(happened.Seq);
        if (_slots.TryGetValue(happened.Seq, out var slot))
        {
            (slot.Withheld, slot.IsWaiting) = (reason, false);
        }
        else if (waited)
        {
            var day = DayOf(happened.AcceptedAt);
            (day.Owed, day.Withheld) = (day.Owed - 1, day.Withheld + 1);
            Withhold(happened.Seq, reason, now);
        }

        Advance(now);
    }

    /// <summary>Notes how a request ended; its items hold their events.</summary>
    /// <param name="attempt">The request, with its events.</param>
    /// <param name="result">Its end.</param>
    /// <param name="chance">From 0 to below 1, for the spread of pauses.</param>
    public void Complete(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        _inFlight--;
        for (var i = 0; i < attempt.Items.Length; i++)
        {
            var item = attempt.Items[i];
            _busy.Remove(item.Key);
            _entries.Add(Entry(attempt, item, result, result.PayloadHashes.IsDefaultOrEmpty ? null : result.PayloadHashes[i]));
        }

        if (result.Taken)
        {
            (saved.Failures, saved.LastError, saved.LastAcknowledgedAt) = (0, null, result.At);
            if (saved.BrokenSince is not null)
            {
                Mend();
            }

            foreach (var item in attempt.Items)
            {
                Acknowledge(item, result.At);
            }
        }
        else
        {
            Fail(attempt, result, chance);
        }

        if (attempt.Replay is { } id && saved.Replays.Find(known => known.Id == id) is { } replay)
        {
            Step(replay, attempt, result, chance);
        }

        Advance(result.At);
    }

    /// <summary>Notes that a plugin that pulls has everything up to a place; events are those after the cursor, in order, without gaps.</summary>
    public void Confirm(IEnumerable<(PluginEvent Event, string? Withheld)> events, long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        Rewind();
        var first = (long?)null;
        foreach (var (happened, withheld) in events.TakeWhile(pair => pair.Event.Seq <= upTo))
        {
            Take(happened, withheld, now);
            if (withheld is null)
            {
                _slots[happened.Seq].TakenAt = now;
                first ??= happened.Seq;
                Advance(now);
            }
        }

        if (first is { } from)
        {
            _entries.Add(new DeliveryEntry(from, ReadTo, DeliveryOutcome.Acknowledged, channel, now));
            saved.LastAcknowledgedAt = now;
        }
    }

    /// <summary>Notes that an event which waited, or was given up, has arrived on another way.</summary>
    public void Settle(PluginEvent happened, DateTimeOffset now)
    {
        if (_waiting.Remove(happened.Seq) | _dead.Remove(happened.Seq))
        {
            DayOf(happened.AcceptedAt).Take(happened, now);
        }
    }

    /// <summary>Adds an entry of a confirmation or a replay.</summary>
    public void Log(DeliveryEntry entry) => _entries.Add(entry);

    /// <summary>Parked: nothing is tried until <see cref="Resume"/>.</summary>
    public void Park(string reason, DateTimeOffset now)
    {
        ParkWanted = null;
        _entries.Add(new DeliveryEntry(saved.Cursor, saved.Cursor, DeliveryOutcome.Parked, DeliveryChannel.Push, now) { Reason = reason });
    }

    /// <summary>Goes on at once with everything that waits.</summary>
    public void Resume(DateTimeOffset now)
    {
        Mend();
        ParkWanted = null;
        foreach (var waiting in _waiting.Values.ToArray())
        {
            _waiting[waiting.Seq] = waiting with { DueAt = now };
        }

        foreach (var replay in saved.Replays)
        {
            replay.DueAt = null;
        }

        _entries.Add(new DeliveryEntry(saved.Cursor, saved.Cursor, DeliveryOutcome.Resumed, DeliveryChannel.Push, now));
    }

    /// <summary>When something becomes due that is not now; null if nothing will.</summary>
    public DateTimeOffset? NextDue(DeliveryOrdering ordering)
    {
        if (saved.BrokenSince is not null)
        {
            // Without anything to probe with there is nothing to wait for.
            return _waiting.Count > 0 || _window.Count > 0 || saved.Replays.Count > 0 ? saved.HoldUntil : null;
        }

        var waiting = FirstOfKeys(ordering).Select(first => (DateTimeOffset?)first.DueAt).Min();
        var replay = saved.Replays.Select(one => one.DueAt).Min();
        var soonest = waiting < replay || replay is null ? waiting : replay;
        return saved.HoldUntil is { } until && (soonest is null || soonest < until || _window.Count > 0) ? until : soonest;
    }

    /// <summary>Figures of a day; null if it has none.</summary>
    public DeliveryFigures? FiguresOf(DateOnly day) => saved.Days.Find(tally => tally.Day == day)?.ToFigures();

    /// <summary>The entries since the last time, for the next row of the delivery log.</summary>
    public IReadOnlyList<DeliveryEntry> TakeEntries()
    {
        var taken = _entries.ToArray();
        _entries.Clear();
        return taken;
    }

    /// <summary>The state to be written with them.</summary>
    public byte[] Encode()
    {
        (saved.Waiting, saved.Dead) = ([.. _waiting.Values], [.. _dead.Values]);
        return saved.Encode();
    }

    // Where nothing else is there to find out whether the endpoint is back.
    private bool IsProbedByReplays => _inFlight == 0 && _waiting.Count == 0 && _window.Count == 0;

    private DeliveryAttempt? Begun(DeliveryAttempt? attempt)
    {
        if (attempt is null)
        {
            return null;
        }

        _inFlight++;
        foreach (var item in attempt.Items)
        {
            _busy.Add(item.Key);
            if (_slots.TryGetValue(item.Seq, out var slot))
            {
                slot.IsUnderWay = true;
            }
        }

        return attempt;
    }

    private DeliveryAttempt? Probe(DeliveryOrdering ordering)
    {
        var attempt = FirstOfKeys(ordering).FirstOrDefault() is { } waiting
            ? new DeliveryAttempt([Again(waiting, ordering)])
            : _window.FirstOrDefault(slot => slot.IsOpen) is { } slot ? new DeliveryAttempt([slot.Item(ordering)]) : null;
        return attempt is null ? null : attempt with { IsProbe = true };
    }

    private DeliveryAttempt? DueWaiting(DeliveryOrdering ordering, DateTimeOffset now) =>
        FirstOfKeys(ordering).FirstOrDefault(first => first.DueAt <= now && !_busy.Contains(KeyOf(first.Key, ordering))) is { } due
            ? new DeliveryAttempt([Again(due, ordering)])
            : null;

    private static AttemptItem Again(WaitingEvent waiting, DeliveryOrdering ordering) => new(waiting.Seq, KeyOf(waiting.Key, ordering), waiting.Attempts, null);

    /// <summary>The first of each key; only these may be tried.</summary>
    private IEnumerable<WaitingEvent> FirstOfKeys(DeliveryOrdering ordering) =>
        ordering == DeliveryOrdering.PerSeller ? _waiting.Values.Take(1) : _waiting.Values.DistinctBy(waiting => waiting.Key);

    private DeliveryAttempt? Fresh(DeliveryEndpoint endpoint)
    {
        var ordering = endpoint.Ordering;
        if (ordering == DeliveryOrdering.PerSeller && (_waiting.Count > 0 || _busy.Count > 0))
        {
            return null;
        }

        var behind = _waiting.Values.Select(waiting => waiting.Key).ToHashSet(StringComparer.Ordinal);
        var (items, passed) = (ImmutableArray.CreateBuilder<AttemptItem>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var slot in _window.Where(slot => slot.IsOpen).ToArray())
        {
            var item = slot.Item(ordering);
            if (_busy.Contains(item.Key) || passed.Contains(item.Key))
            {
                passed.Add(item.Key);
            }
            else if (behind.Contains(item.Key))
            {
                Queue(slot, item, passed);
            }
            else
            {
                items.Add(item);
                if (items.Count == endpoint.BatchSize)
                {
                    break;
                }
            }
        }

        return items.Count == 0 ? null : new DeliveryAttempt(items.ToImmutable());
    }

    // Behind one of its key that waits; where no more may wait it keeps its place in the window, and the cursor stands.
    private void Queue(Slot slot, AttemptItem item, HashSet<string> passed)
    {
        if (_waiting.Count >= policy.MaxWaiting)
        {
            passed.Add(item.Key);
            return;
        }

        slot.IsWaiting = true;
        _waiting[item.Seq] = new WaitingEvent(item.Seq, slot.Event.Key, 0, default, slot.Event.AcceptedAt, null);
    }

    private void Acknowledge(AttemptItem item, DateTimeOffset at)
    {
        if (_slots.TryGetValue(item.Seq, out var slot))
        {
            // Counted when the cursor passes, and not before: were it counted now, it would be again after a crash.
            _waiting.Remove(item.Seq);
            (slot.IsUnderWay, slot.IsWaiting, slot.TakenAt) = (false, false, at);
        }
        else if (item.Event is { } happened)
        {
            Settle(happened, at);
        }
    }

    private void Fail(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        saved.LastError = result.Error;
        if (result.Error == SendErrors.Gone)
        {
            ParkWanted = ParkReasons.Gone;
        }
        else
        {
            if (result.RetryAfter is null || attempt.IsProbe)
            {
                Strain(attempt, result, chance);
            }

            if (result.RetryAfter is { } wanted)
            {
                saved.HoldUntil = Later(saved.HoldUntil, result.At + wanted);
            }
        }

        if (attempt.Replay is not null)
        {
            return;
        }

        // What says something of the endpoint and nothing of the event is not counted against it.
        var charged = !attempt.IsProbe && result.Error != SendErrors.Gone;
        foreach (var item in attempt.Items)
        {
            Wait(item, charged ? item.Failed + 1 : item.Failed, result, charged ? policy.PauseAfter(item.Failed + 1, chance) : TimeSpan.Zero);
        }
    }

    /// <summary>Counts a failure against the endpoint.</summary>
    private void Strain(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        saved.Failures++;
        if (attempt.IsProbe)
        {
            saved.Probes++;
            ParkWanted = saved.Probes >= policy.Attempts ? ParkReasons.Exhausted : ParkWanted;
            saved.HoldUntil = result.At + policy.PauseAfter(saved.Probes + 1, chance);
        }
        else if (saved.BrokenSince is null && saved.Failures >= policy.BreakerFailures)
        {
            (saved.BrokenSince, saved.Probes) = (result.At, 0);
            saved.HoldUntil = result.At + policy.PauseAfter(1, chance);
        }
    }

    private void Wait(AttemptItem item, int failed, AttemptResult result, TimeSpan pause)
    {
        if (item.Seq <= saved.Since)
        {
            // Of an enablement that has ended meanwhile.
            return;
        }

        var known = _waiting.GetValueOrDefault(item.Seq);
        var waits = new WaitingEvent(item.Seq, item.Event!.Key, failed, result.At + pause, item.Event.AcceptedAt, known?.FirstFailedAt ?? result.At);
        if (failed < policy.Attempts)
        {
            _waiting[item.Seq] = waits;
        }
        else
        {
            GiveUp(waits, result);
        }

        if (_slots.TryGetValue(item.Seq, out var slot))
        {
            (slot.IsUnderWay, slot.IsWaiting) = (false, true);
        }
    }

    /// <summary>The schedule is through. Only what fails while others arrive is given up; where nothing arrives, the endpoint is parked.</summary>
    private void GiveUp(WaitingEvent waits, AttemptResult result)
    {
        var othersArrive = saved.LastAcknowledgedAt >= waits.FirstFailedAt;
        if (!othersArrive || _dead.Count >= policy.MaxDead)
        {
            ParkWanted ??= othersArrive ? ParkReasons.TooManyDeadLetters : ParkReasons.Exhausted;
            _waiting[waits.Seq] = waits with { Attempts = waits.Attempts - 1, DueAt = result.At };
            return;
        }

        _waiting.Remove(waits.Seq);
        _dead[waits.Seq] = new DeadEvent(waits.Seq, waits.Key, result.At, waits.Attempts, result.Error!);
        _entries.Add(new DeliveryEntry(waits.Seq, waits.Seq, DeliveryOutcome.Dead, DeliveryChannel.Push, result.At) { Attempt = waits.Attempts, Reason = result.Error });
    }

    private void Step(ReplayProgress replay, DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        replay.DueAt = null;
        if (result.Taken)
        {
            (replay.Sent, replay.Next, replay.Attempts) = (replay.Sent + attempt.Items.Length, attempt.Items[^1].Seq + 1, 0);
        }
        else if (result.Error != SendErrors.Gone && ++replay.Attempts >= policy.Attempts)
        {
            (replay.Failed, replay.Next, replay.Attempts) = (replay.Failed + attempt.Items.Length, attempt.Items[^1].Seq + 1, 0);
        }
        else
        {
            replay.DueAt = result.At + policy.PauseAfter(replay.Attempts, chance);
        }
    }

    private void Mend() => (saved.Failures, saved.BrokenSince, saved.Probes, saved.HoldUntil, saved.LastError) = (0, null, 0, null, null);

    /// <summary>Moves the cursor over what is decided, and counts it.</summary>
    private void Advance(DateTimeOffset now)
    {
        while (_window.First is { Value: { IsDecided: true } slot })
        {
            _window.RemoveFirst();
            _slots.Remove(slot.Event.Seq);
            saved.Cursor = slot.Event.Seq;
            Count(slot, now);
        }
    }

    private void Count(Slot slot, DateTimeOffset now)
    {
        var day = DayOf(slot.Event.AcceptedAt);
        if (slot.Withheld is { } reason)
        {
            day.Withheld++;
            Withhold(slot.Event.Seq, reason, now);
            return;
        }

        day.Owed++;
        if (slot.TakenAt is { } at)
        {
            day.Take(slot.Event, at);
        }
    }

    // Neighbours that are withheld for one reason are one entry.
    private void Withhold(long seq, string reason, DateTimeOffset now)
    {
        if (_entries.Count > 0 && _entries[^1] is { Outcome: DeliveryOutcome.Withheld } last && last.To == seq - 1 && last.Reason == reason)
        {
            _entries[^1] = last with { To = seq };
        }
        else
        {
            _entries.Add(new DeliveryEntry(seq, seq, DeliveryOutcome.Withheld, DeliveryChannel.Push, now) { Reason = reason });
        }
    }

    private DayTally DayOf(DateTimeOffset at)
    {
        var day = calendar.DayOf(at);
        if (saved.Days.Find(tally => tally.Day == day) is not { } tally)
        {
            saved.Days.Add(tally = new DayTally { Day = day });
            saved.Days.Sort((one, other) => one.Day.CompareTo(other.Day));
            if (saved.Days.Count > KeptDays && saved.Days[0] != tally)
            {
                saved.Days.RemoveAt(0);
            }
        }

        return tally;
    }

    private static DeliveryEntry Entry(DeliveryAttempt attempt, AttemptItem item, AttemptResult result, string? hash) => new(
        item.Seq,
        item.Seq,
        result.Taken ? DeliveryOutcome.Acknowledged : DeliveryOutcome.Failed,
        attempt.Replay is null ? DeliveryChannel.Push : DeliveryChannel.Replay,
        result.At)
    {
        Attempt = item.Failed + 1,
        Status = result.Status,
        LatencyMs = result.LatencyMs,
        Reason = result.Error,
        PayloadHash = hash,
        ResponseHash = result.ResponseHash,
        Schema = result.Schema,
        Replay = attempt.Replay,
        Batch = result.Batch,
    };

    private static string KeyOf(string replay) => $"replay/{replay}";

    private static string KeyOf(string key, DeliveryOrdering ordering) => ordering == DeliveryOrdering.PerSeller ? "seller" : key;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    /// <summary>An event in the window.</summary>
    private sealed class Slot(PluginEvent happened)
    {
        public PluginEvent Event => happened;

        public string? Withheld { get; set; }

        public bool IsUnderWay { get; set; }

        public bool IsWaiting { get; set; }

        public DateTimeOffset? TakenAt { get; set; }

        /// <summary>It may be tried.</summary>
        public bool IsOpen => Withheld is null && !IsUnderWay && !IsWaiting && TakenAt is null;

        /// <summary>The cursor may pass.</summary>
        public bool IsDecided => Withheld is not null || IsWaiting || TakenAt is not null;

        public AttemptItem Item(DeliveryOrdering ordering) => new(happened.Seq, KeyOf(happened.Key, ordering), 0, happened);
    }
}
