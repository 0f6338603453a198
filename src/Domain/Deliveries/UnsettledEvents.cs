using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// What has not arrived although the cursor may pass it: events that wait for a further attempt, or behind one of their key, and those that
/// were given up.
/// </summary>
internal sealed class UnsettledEvents
{
    private readonly SavedProgress _saved;
    private readonly RetryPolicy _policy;
    private readonly EndpointBreaker _breaker;
    private readonly UnwrittenEntries _entries;
    private readonly SortedDictionary<long, WaitingEvent> _waiting;
    private readonly SortedDictionary<long, DeadEvent> _dead;

    // What lies beyond the cursor, because a process ended before the cursor could pass: it stands as before once it is read again, so that
    // it is counted once.
    private readonly Dictionary<long, WaitingEvent> _waitingAhead;
    private readonly Dictionary<long, DeadEvent> _deadAhead;

    public UnsettledEvents(SavedProgress saved, RetryPolicy policy, EndpointBreaker breaker, UnwrittenEntries entries)
    {
        (_saved, _policy, _breaker, _entries) = (saved, policy, breaker, entries);
        _waiting = new(saved.Waiting.Where(waiting => Stands(waiting.Seq, waiting.Key)).ToDictionary(waiting => waiting.Seq));
        _waitingAhead = saved.Waiting.Where(waiting => !Stands(waiting.Seq, waiting.Key)).ToDictionary(waiting => waiting.Seq);
        _deadAhead = saved.Dead.Where(dead => !Stands(dead.Seq, dead.Key)).ToDictionary(dead => dead.Seq);
        _dead = new(saved.Dead.Where(dead => Stands(dead.Seq, dead.Key)).ToDictionary(dead => dead.Seq));
    }

    public IReadOnlyCollection<WaitingEvent> Waiting => _waiting.Values;

    public IReadOnlyCollection<DeadEvent> Dead => _dead.Values;

    /// <summary>True if no more may wait.</summary>
    public bool IsFull => _waiting.Count >= _policy.MaxWaiting;

    /// <summary>The first of each key; only these may be tried.</summary>
    /// <param name="ordering">What must not overtake what.</param>
    /// <param name="lifecycleOnly">Only lifecycle events, as if there were no others.</param>
    public IEnumerable<WaitingEvent> FirstOfKeys(DeliveryOrdering ordering, bool lifecycleOnly = false)
    {
        var among = lifecycleOnly ? Lifecycle : _waiting.Values;
        return ordering == DeliveryOrdering.PerSeller ? among.Take(1) : among.DistinctBy(waiting => waiting.Key);
    }

    /// <summary>Lifecycle events that wait.</summary>
    public IEnumerable<WaitingEvent> Lifecycle => _waiting.Values.Where(waiting => PluginEvent.IsLifecycleKey(waiting.Key));

    /// <summary>What was sent in one request with this one, itself included, in order.</summary>
    public IReadOnlyList<WaitingEvent> SentWith(WaitingEvent first, DeliveryOrdering ordering) =>
        (first.Batch, ordering) switch
        {
            (0, _) => [first],
            (var batch, DeliveryOrdering.PerSeller) => [.. _waiting.Values.TakeWhile(waiting => waiting.Batch == batch)],
            (var batch, _) => [.. _waiting.Values.Where(waiting => waiting.Batch == batch)],
        };

    /// <summary>An event is read; true if it waited, or was given up, when a process ended, and so it stands again.</summary>
    public bool TakeUp(long seq, bool owed)
    {
        if (_waitingAhead.Remove(seq, out var waiting) && owed)
        {
            _waiting[seq] = waiting;
            return true;
        }

        return _deadAhead.Remove(seq, out var dead) && owed && _dead.TryAdd(seq, dead);
    }

    /// <summary>
    /// Lifecycle events that failed in a batch go alone from now on, all of them: were only the first taken out, the batch would carry the
    /// next ones past it.
    /// </summary>
    public void SplitLifecycle()
    {
        foreach (var waiting in Lifecycle.Where(waiting => waiting.Batch != 0).ToArray())
        {
            _waiting[waiting.Seq] = waiting with { Batch = 0 };
        }
    }

    /// <summary>True if it waits.</summary>
    public bool IsWaiting(long seq) => _waiting.ContainsKey(seq);

    /// <summary>Waits behind one of its key.</summary>
    public void Queue(PluginEvent @event) =>
        _waiting[@event.Seq] = new WaitingEvent(@event.Seq, @event.Key, 0, default, @event.AcceptedAt, null);

    /// <summary>How many put-offs of an event the log is to be told of now; 0 if it was told a while ago.</summary>
    public int ThrottlesToTell(long seq, DateTimeOffset at) =>
        _waiting.GetValueOrDefault(seq) is not { } waiting ? 1
        : RetryPolicy.TellsThrottling(waiting.ThrottledAt, at) ? waiting.Throttles + 1
        : 0;

    /// <summary>It was tried, and waits for a further attempt, or is given up where there is none.</summary>
    /// <param name="item">The event.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="charged">True if it is a failure of the event: not what says something of the endpoint only.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public void Fail(AttemptItem item, AttemptResult result, bool charged, double chance)
    {
        var known = _waiting.GetValueOrDefault(item.Seq)
            ?? new WaitingEvent(item.Seq, item.Event!.Key, item.Failed, result.At, item.Event.AcceptedAt, null);
        var waits = known with { Tries = item.Number, Batch = item.Batch, ExtraAt = null };
        if (result.RetryAfter is { } asked)
        {
            var due = result.At + asked;
            waits = RetryPolicy.TellsThrottling(known.ThrottledAt, result.At)
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
    /// True if nothing at all has arrived since an event failed first and it would wait for longer than an endpoint is left alone: then the
    /// endpoint is what has to be tried.
    /// </summary>
    public bool ShowsBroken(long seq) =>
        _waiting.GetValueOrDefault(seq) is { FirstFailedAt: { } first } waiting
        && !(_saved.LastAcknowledgedAt >= first)
        && _policy.Pauses[Math.Clamp(waiting.Attempts, 1, _policy.Pauses.Length) - 1] > _policy.LongestProbe;

    /// <summary>Everything that waits may be tried at once, and begins its schedule anew.</summary>
    public void Resume(DateTimeOffset now)
    {
        foreach (var waiting in _waiting.Values.ToArray())
        {
            _waiting[waiting.Seq] = waiting with { DueAt = now, ExtraAt = null, Attempts = 0, FirstFailedAt = null, FailedAt = null };
        }
    }

    /// <summary>The endpoint is back: what failed since something last arrived is tried at once, without being charged for it.</summary>
    /// <param name="arrivedBefore">When something last arrived before the endpoint was away; null if nothing ever had.</param>
    /// <param name="now">The instant.</param>
    public void Hasten(DateTimeOffset? arrivedBefore, DateTimeOffset now)
    {
        foreach (var waiting in _waiting.Values.Where(waiting => waiting.DueAt > now && !(waiting.FailedAt <= arrivedBefore)).ToArray())
        {
            _waiting[waiting.Seq] = waiting with { ExtraAt = now };
        }
    }

    /// <summary>It waits no more.</summary>
    /// <returns>True if it did.</returns>
    public bool Release(long seq) => _waiting.Remove(seq);

    /// <summary>It neither waits nor counts as given up any more.</summary>
    /// <returns>True if it did.</returns>
    public bool Settle(long seq) => _waiting.Remove(seq) | _dead.Remove(seq);

    /// <summary>What lies beyond the cursor is read anew, and nothing is known of it.</summary>
    public void Forget()
    {
        _waitingAhead.Clear();
        _deadAhead.Clear();
    }

    public void Clear()
    {
        _waiting.Clear();
        _dead.Clear();
        Forget();
    }

    /// <summary>Puts them where they are written.</summary>
    public void Save() =>
        (_saved.Waiting, _saved.Dead) = ([.. _waiting.Values, .. _waitingAhead.Values], [.. _dead.Values, .. _deadAhead.Values]);

    private bool Stands(long seq, string key) => seq <= _saved.Cursor || (seq <= _saved.LifecycleTo && PluginEvent.IsLifecycleKey(key));

    private void Charge(WaitingEvent waits, AttemptResult result)
    {
        var othersArrive = _saved.LastAcknowledgedAt >= waits.FirstFailedAt;
        if (waits.Batch != 0 && (waits.Attempts >= _policy.Attempts || (othersArrive && waits.Attempts >= RetryPolicy.BatchAttempts)))
        {
            // One of them may be what is not taken: each is tried alone before it is given up.
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
    /// The schedule is through. Only what fails while others arrive is given up; where nothing arrives, the endpoint is parked.
    /// </summary>
    private void GiveUp(WaitingEvent waits, AttemptResult result, bool othersArrive)
    {
        if (!othersArrive || _dead.Count >= _policy.MaxDead)
        {
            _breaker.WantParked(othersArrive ? ParkReasons.TooManyDeadLetters : ParkReasons.Exhausted);
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
