namespace Marketplace.Sync.Delivery;

/// <summary>
/// What has not arrived although the cursor may pass it: events that wait for a further attempt, or behind one of their key, and those that were given up.
/// </summary>
internal sealed class UnsettledEvents(SavedProgress saved, RetryPolicy policy, EndpointBreaker breaker, UnwrittenEntries entries)
{
    // What lies beyond the cursor, because a process ended before the cursor could pass, is read again and begins anew: so it is counted once.
    private readonly SortedDictionary<long, WaitingEvent> _waiting = new(saved.Waiting.Where(waiting => waiting.Seq <= saved.Cursor).ToDictionary(waiting => waiting.Seq));
    private readonly SortedDictionary<long, DeadEvent> _dead = new(saved.Dead.Where(dead => dead.Seq <= saved.Cursor).ToDictionary(dead => dead.Seq));

    public IReadOnlyCollection<WaitingEvent> Waiting => _waiting.Values;

    public IReadOnlyCollection<DeadEvent> Dead => _dead.Values;

    /// <summary>True if no more may wait.</summary>
    public bool IsFull => _waiting.Count >= policy.MaxWaiting;

    /// <summary>The first of each key; only these may be tried.</summary>
    public IEnumerable<WaitingEvent> FirstOfKeys(DeliveryOrdering ordering) =>
        ordering == DeliveryOrdering.PerSeller ? _waiting.Values.Take(1) : _waiting.Values.DistinctBy(waiting => waiting.Key);

    /// <summary>Waits behind one of its key.</summary>
    public void Queue(PluginEvent happened) => _waiting[happened.Seq] = new WaitingEvent(happened.Seq, happened.Key, 0, default, happened.AcceptedAt, null);

    /// <summary>Waits for a further attempt, or is given up where there is none.</summary>
    public void Fail(AttemptItem item, int failed, AttemptResult result, TimeSpan pause)
    {
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
    }

    /// <summary>Everything that waits may be tried at once.</summary>
    public void Resume(DateTimeOffset now)
    {
        foreach (var waiting in _waiting.Values.ToArray())
        {
            _waiting[waiting.Seq] = waiting with { DueAt = now };
        }
    }

    /// <summary>It waits no more.</summary>
    /// <returns>True if it did.</returns>
    public bool Release(long seq) => _waiting.Remove(seq);

    /// <summary>It neither waits nor counts as given up any more.</summary>
    /// <returns>True if it did.</returns>
    public bool Settle(long seq) => _waiting.Remove(seq) | _dead.Remove(seq);

    public void Clear()
    {
        _waiting.Clear();
        _dead.Clear();
    }

    /// <summary>Puts them where they are written.</summary>
    public void Save() => (saved.Waiting, saved.Dead) = ([.. _waiting.Values], [.. _dead.Values]);

    /// <summary>The schedule is through. Only what fails while others arrive is given up; where nothing arrives, the endpoint is parked.</summary>
    private void GiveUp(WaitingEvent waits, AttemptResult result)
    {
        var othersArrive = saved.LastAcknowledgedAt >= waits.FirstFailedAt;
        if (!othersArrive || _dead.Count >= policy.MaxDead)
        {
            breaker.WantParked(othersArrive ? ParkReasons.TooManyDeadLetters : ParkReasons.Exhausted);
            _waiting[waits.Seq] = waits with { Attempts = waits.Attempts - 1, DueAt = result.At };
            return;
        }

        _waiting.Remove(waits.Seq);
        _dead[waits.Seq] = new DeadEvent(waits.Seq, waits.Key, result.At, waits.Attempts, result.Error!);
        entries.Add(new DeliveryEntry(waits.Seq, waits.Seq, DeliveryOutcome.Dead, DeliveryChannel.Push, result.At) { Attempt = waits.Attempts, Reason = result.Error });
    }
}
