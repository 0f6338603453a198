using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>Records how requests ended: for their events, for the state of the endpoint, and in the log.</summary>
/// <param name="saved">The stored state.</param>
/// <param name="window">The events read ahead.</param>
/// <param name="unsettled">Where failed events wait.</param>
/// <param name="breaker">Opened by failures, closed by a success.</param>
/// <param name="pace">Raised by successes, lowered by overload.</param>
/// <param name="replays">Continue after their requests.</param>
/// <param name="days">Count acknowledged events that the cursor has passed.</param>
/// <param name="entries">Get an entry for each event of a request.</param>
internal sealed class AttemptOutcomes(
    SavedProgress saved,
    DeliveryWindow window,
    UnsettledEvents unsettled,
    EndpointBreaker breaker,
    ReceiverPace pace,
    RunningReplays replays,
    DayTallies days,
    UnwrittenEntries entries
)
{
    /// <summary>Records the outcome of a request; the caller then advances the cursor.</summary>
    /// <param name="attempt">The request, with its events.</param>
    /// <param name="result">Its outcome.</param>
    /// <param name="chance">From 0 to below 1, to spread the pauses.</param>
    public void Record(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        entries.Add(attempt, result, item => CountAttemptsToLog(attempt, item, result));
        if (result.IsAccepted)
        {
            Acknowledge(attempt, result.At);
        }
        else
        {
            Fail(attempt, result, chance);
        }

        replays.RecordOutcome(attempt, result, chance);
    }

    /// <summary>Records that a waiting event or a dead letter arrived.</summary>
    public void Settle(PluginEvent @event, DateTimeOffset at)
    {
        if (unsettled.Settle(@event.Seq))
        {
            days.RecordAcknowledged(@event, at);
        }
    }

    // A receiver that postpones by one second for hours would fill the log with identical rows.
    private int CountAttemptsToLog(DeliveryAttempt attempt, AttemptItem item, AttemptResult result) =>
        (result.IsPostponed, attempt.Replay) switch
        {
            (false, _) => 1,
            (_, null) => unsettled.CountThrottlesToLog(item.Seq, result.At),
            (_, { } replay) => replays.CountThrottlesToLog(replay, result.At),
        };

    private void Acknowledge(DeliveryAttempt attempt, DateTimeOffset at)
    {
        pace.Raise();
        if (breaker.RecordSuccess())
        {
            OnEndpointBack(at);
        }

        saved.LastAcknowledgedAt = at;
        foreach (var item in attempt.Items)
        {
            Acknowledge(item, at);
        }
    }

    private void Acknowledge(AttemptItem item, DateTimeOffset at)
    {
        if (window.Find(item.Seq) is { } slot)
        {
            // Counted only when the cursor passes: counted now, it would be counted again after a crash.
            unsettled.Release(item.Seq);
            (slot.IsInFlight, slot.IsWaiting, slot.AcknowledgedAt) = (false, false, at);
        }
        else if (item.Event is { } @event)
        {
            Settle(@event, at);
        }
    }

    private void Fail(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        if (result.IsOverload)
        {
            pace.Lower(attempt.Ordinal);
        }

        // Otherwise a few events that the receiver refuses for good would look like an outage whenever no others are to be sent.
        var concernsEndpoint =
            attempt.Replay is not null || !result.IsRefusal || !attempt.Items.All(item => unsettled.FailsAlone(item.Seq));
        var isBack = breaker.RecordFailure(attempt, result, concernsEndpoint, chance);
        if (attempt.Replay is null)
        {
            foreach (var item in attempt.Items)
            {
                // A failure of the endpoint, rather than of the event, is not counted against the event.
                WaitForRetry(
                    item,
                    result,
                    !attempt.IsProbe && !item.IsExtra && result.RetryAfter is null && result.Error != SendErrors.Gone,
                    chance
                );
            }
        }

        if (isBack)
        {
            OnEndpointBack(result.At);
        }
    }

    /// <summary>Retries at once what failed during an outage that has ended.</summary>
    private void OnEndpointBack(DateTimeOffset at)
    {
        pace.Restart();
        unsettled.RetryAtOnce(saved.LastAcknowledgedAt, at);
        replays.Resume();
    }

    private void WaitForRetry(AttemptItem item, AttemptResult result, bool charged, double chance)
    {
        if (item.Seq <= saved.Since)
        {
            // The attempt belongs to an enablement that has ended meanwhile.
            return;
        }

        unsettled.RecordFailure(item, result, charged, chance);
        if (charged && unsettled.ShowsOutage(item.Seq))
        {
            breaker.Open(result.At, chance);
        }

        if (window.Find(item.Seq) is { } slot)
        {
            (slot.IsInFlight, slot.IsWaiting) = (false, true);
        }
    }
}
