using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>Undelivered events that the cursor may pass: waiting for a retry or behind another of their key, and dead letters.</summary>
internal sealed class UnsettledEvents
{
    private readonly SavedProgress _saved;
    private readonly RetryPolicy _policy;
    private readonly EndpointBreaker _breaker;
    private readonly UnwrittenEntries _entries;
    private readonly SortedDictionary<long, WaitingEvent> _waiting;
    private readonly SortedDictionary<long, DeadEvent> _dead;

    // Events beyond the cursor, left by a process that ended before the cursor could pass them. They are restored when read again, so that
    // each is counted once.
    private readonly Dictionary<long, WaitingEvent> _waitingAhead;
    private readonly Dictionary<long, DeadEvent> _deadAhead;

    public UnsettledEvents(SavedProgress saved, RetryPolicy policy, EndpointBreaker breaker, UnwrittenEntries entries)
    {
        (_saved, _policy, _breaker, _entries) = (saved, policy, breaker, entries);
        _waiting = new(saved.Waiting.Where(waiting => IsPassed(waiting.Seq, waiting.Key)).ToDictionary(waiting => waiting.Seq));
        _waitingAhead = saved.Waiting.Where(waiting => !IsPassed(waiting.Seq, waiting.Key)).ToDictionary(waiting => waiting.Seq);
        _deadAhead = saved.Dead.Where(dead => !IsPassed(dead.Seq, dead.Key)).ToDictionary(dead => dead.Seq);
        _dead = new(saved.Dead.Where(dead => IsPassed(dead.Seq, dead.Key)).ToDictionary(dead => dead.Seq));
    }

    public IReadOnlyCollection<WaitingEvent> Waiting => _waiting.Values;

    public IReadOnlyCollection<DeadEvent> Dead => _dead.Values;

    /// <summary>True if no more may wait.</summary>
    public bool IsFull => _waiting.Count >= _policy.MaxWaiting;

    /// <summary>The first event of each key; only these may be tried.</summary>
    /// <param name="ordering">Which events must not overtake each other.</param>
    /// <param name="lifecycleOnly">Only lifecycle events, as if there were no others.</param>
    public IEnumerable<WaitingEvent> FirstOfKeys(DeliveryOrdering ordering, bool lifecycleOnly = false)
    {
        var among = lifecycleOnly ? Lifecycle : _waiting.Values;
        return ordering == DeliveryOrdering.PerSeller ? among.Take(1) : among.DistinctBy(waiting => waiting.Key);
    }

    /// <summary>Waiting lifecycle events.</summary>
    public IEnumerable<WaitingEvent> Lifecycle => _waiting.Values.Where(waiting => PluginEvent.IsLifecycleKey(waiting.Key));

    /// <summary>The events sent in one request with this one, including it, in order.</summary>
    public IReadOnlyList<WaitingEvent> SentWith(WaitingEvent first, DeliveryOrdering ordering) =>
        (first.Batch, ordering) switch
        {
            (0, _) => [first],
            (var batch, DeliveryOrdering.PerSeller) => [.. _waiting.Values.TakeWhile(waiting => waiting.Batch == batch)],
            (var batch, _) => [.. _waiting.Values.Where(waiting => waiting.Batch == batch)],
        };

    /// <summary>Restores an event that was waiting or dead when a process ended; true if there was one.</summary>
    public bool TryRestore(long seq, bool owed)
    {
        if (_waitingAhead.Remove(seq, out var waiting) && owed)
        {
            _waiting[seq] = waiting;
            return true;
        }

        return _deadAhead.Remove(seq, out var dead) && owed && _dead.TryAdd(seq, dead);
    }

    /// <summary>
    /// Sends failed lifecycle events of a batch alone from now on, all of them: taking out only the first would let the batch overtake it
    /// with the next ones.
    /// </summary>
    public void SplitLifecycle()
    {
        foreach (var waiting in Lifecycle.Where(waiting => waiting.Batch != 0).ToArray())
        {
            _waiting[waiting.Seq] = waiting with { Batch = 0 };
        }
    }

    /// <summary>True if the event is waiting.</summary>
    public bool IsWaiting(long seq) => _waiting.ContainsKey(seq);

    /// <summary>Queues an event behind another of its key.</summary>
    public void Queue(PluginEvent @event) =>
        _waiting[@event.Seq] = new WaitingEvent(@event.Seq, @event.Key, 0, default, @event.AcceptedAt, null);

    /// <summary>The number of postponed attempts of an event to log now; 0 if they were logged recently.</summary>
    public int CountThrottlesToLog(long seq, DateTimeOffset at) =>
        _waiting.GetValueOrDefault(seq) is not { } waiting ? 1
        : RetryPolicy.ShouldLogThrottling(waiting.ThrottledAt, at) ? waiting.Throttles + 1
        : 0;

    /// <summary>Records a failed attempt: the event waits for a retry, or becomes a dead letter after the last one.</summary>
    /// <param name="item">The event.</param>
    /// <param name="result">The outcome.</param>
    /// <param name="charged">True for a failure of the event; false for one that concerns the endpoint only.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public void RecordFailure(AttemptItem item, AttemptResult result, bool charged, double chance)
    {
        var known = _waiting.GetValueOrDefault(item.Seq)
            ?? new WaitingEvent(item.Seq, item.Event!.Key, item.Failed, result.At, item.Event.AcceptedAt, null);
        var waits = known with { Tries = item.Number, Batch = item.Batch, ExtraAt = null };
        if (result.RetryAfter is { } asked)
        {
            var due = result.At + asked;
            waits = RetryPolicy.ShouldLogThrottling(known.ThrottledAt, result.At)
                ? waits with
                {
                    ThrottledAt = result.At,
                    Throttles = 0,
                }
                : waits with
                {
                    Throttles = known.Throttles + 1,
                };
            _waiting[item.Seq] = item.IsExtra ? waits with { ExtraAt = due } : waits with { DueAt = due };
            return;
        }

        waits = waits with { FirstFailedAt = known.FirstFailedAt ?? result.At, FailedAt = result.At };
        _waiting[item.Seq] = waits;
        if (charged)
        {
            Charge(waits with { Attempts = item.Failed + 1, DueAt = result.At + _policy.PauseAfter(item.Failed + 1, chance) }, result);
        }
    }

    /// <summary>
    /// True if nothing has arrived since the event first failed and its next pause would exceed the breaker's: then the endpoint must be
    /// probed.
    /// </summary>
    public bool ShowsOutage(long seq) =>
        _waiting.GetValueOrDefault(seq) is { FirstFailedAt: { } first } waiting
        && !(_saved.LastAcknowledgedAt >= first)
        && _policy.Pauses[Math.Clamp(waiting.Attempts, 1, _policy.Pauses.Length) - 1] > _policy.LongestProbe;

    /// <summary>
    /// True if another refusal of the event says nothing about the endpoint: others have arrived since it first failed, and it has already
    /// failed since the last of them.
    /// </summary>
    public bool FailsAlone(long seq) =>
        _waiting.GetValueOrDefault(seq) is { FirstFailedAt: { } first, FailedAt: { } last }
        && _saved.LastAcknowledgedAt >= first
        && last > _saved.LastAcknowledgedAt;

    /// <summary>Makes everything that waits due at once and restarts its schedule.</summary>
    public void Resume(DateTimeOffset now)
    {
        foreach (var waiting in _waiting.Values.ToArray())
        {
            _waiting[waiting.Seq] = waiting with { DueAt = now, ExtraAt = null, Attempts = 0, FirstFailedAt = null, FailedAt = null };
        }
    }

    /// <summary>Retries at once, without charging, what failed since the last success: the endpoint is back.</summary>
    /// <param name="arrivedBefore">The last success before the outage; null if there was none.</param>
    /// <param name="now">The instant.</param>
    public void RetryAtOnce(DateTimeOffset? arrivedBefore, DateTimeOffset now)
    {
        foreach (var waiting in _waiting.Values.Where(waiting => waiting.DueAt > now && !(waiting.FailedAt <= arrivedBefore)).ToArray())
        {
            _waiting[waiting.Seq] = waiting with { ExtraAt = now };
        }
    }

    /// <summary>Removes a waiting event.</summary>
    /// <returns>True if it was waiting.</returns>
    public bool Release(long seq) => _waiting.Remove(seq);

    /// <summary>Removes a waiting event or a dead letter.</summary>
    /// <returns>True if there was one.</returns>
    public bool Settle(long seq) => _waiting.Remove(seq) | _dead.Remove(seq);

    /// <summary>Drops everything beyond the cursor; it will be read again.</summary>
    public void DropAhead()
    {
        _waitingAhead.Clear();
        _deadAhead.Clear();
    }

    public void Clear()
    {
        _waiting.Clear();
        _dead.Clear();
        DropAhead();
    }

    /// <summary>Copies the events into the stored state.</summary>
    public void Save() =>
        (_saved.Waiting, _saved.Dead) = ([.. _waiting.Values, .. _waitingAhead.Values], [.. _dead.Values, .. _deadAhead.Values]);

    private bool IsPassed(long seq, string key) => seq <= _saved.Cursor || (seq <= _saved.LifecycleTo && PluginEvent.IsLifecycleKey(key));

    private void Charge(WaitingEvent waits, AttemptResult result)
    {
        var othersArrive = _saved.LastAcknowledgedAt >= waits.FirstFailedAt;
        if (waits.Batch != 0 && (waits.Attempts >= _policy.Attempts || (othersArrive && waits.Attempts >= RetryPolicy.BatchAttempts)))
        {
            // One of them may be the one the receiver refuses: try each alone before giving any up.
            _waiting[waits.Seq] = waits with { Batch = 0, Attempts = Math.Min(waits.Attempts, _policy.Attempts - 1), DueAt = result.At };
        }
        else if (waits.Attempts < _policy.Attempts)
        {
            _waiting[waits.Seq] = waits;
        }
        else
        {
            GiveUp(waits, result, othersArrive);
        }
    }

    /// <summary>
    /// Handles the end of the schedule. An event is given up only if others arrive; if nothing arrives, the endpoint is parked.
    /// </summary>
    private void GiveUp(WaitingEvent waits, AttemptResult result, bool othersArrive)
    {
        if (!othersArrive || _dead.Count >= _policy.MaxDead)
        {
            _breaker.RequestParking(othersArrive ? ParkReasons.TooManyDeadLetters : ParkReasons.Exhausted);
            _waiting[waits.Seq] = waits with { Attempts = waits.Attempts - 1, DueAt = result.At };
            return;
        }

        _waiting.Remove(waits.Seq);
        _dead[waits.Seq] = new DeadEvent(waits.Seq, waits.Key, result.At, waits.Tries, result.Error!);
        _entries.Add(
            new DeliveryEntry(waits.Seq, waits.Seq, DeliveryOutcome.Dead, DeliveryChannel.Push, result.At)
            {
                Attempt = waits.Tries,
                Reason = result.Error,
            }
        );
    }
}
