namespace Marketplace.Deliveries;

/// <summary>
/// The state of the endpoint, independent of its events. While nothing arrives the breaker is open and the endpoint is probed every few
/// seconds to a minute, whatever the events' schedules say, until a probe succeeds or the endpoint must be parked. A Retry-After holds all
/// requests and is not a failure; a receiver that only postpones for as long as an event is tried is parked all the same.
/// </summary>
internal sealed class EndpointBreaker
{
    private readonly SavedProgress _saved;
    private readonly RetryPolicy _policy;

    public EndpointBreaker(SavedProgress saved, RetryPolicy policy)
    {
        (_saved, _policy) = (saved, policy);
        if (IsOpen && saved.ProbeAt is null)
        {
            // Left by a version that probed by the events' schedule, which may be a day away.
            saved.HoldUntil = null;
        }
    }

    public bool IsOpen => _saved.BrokenSince is not null;

    public DateTimeOffset? OpenSince => _saved.BrokenSince;

    /// <summary>Failed probes since it opened.</summary>
    public int Probes => _saved.Probes;

    /// <summary>
    /// When the endpoint may be contacted again: at the next probe, or after the receiver's Retry-After; null if it may be contacted now.
    /// </summary>
    public DateTimeOffset? HoldUntil => IsOpen && !(_saved.HoldUntil > _saved.ProbeAt) ? _saved.ProbeAt : _saved.HoldUntil;

    public string? LastError => _saved.LastError;

    /// <summary>Set when the endpoint must be parked; a code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted { get; private set; }

    /// <summary>True if the endpoint may be contacted now, including by a probe.</summary>
    public bool Allows(DateTimeOffset now) => ParkWanted is null && !(HoldUntil > now);

    /// <summary>Ends the requested pause.</summary>
    public void Release() => _saved.HoldUntil = null;

    /// <summary>Records that a request succeeded.</summary>
    /// <returns>True if the breaker was open until now.</returns>
    public bool RecordSuccess()
    {
        (_saved.Failures, _saved.LastError, _saved.PutOffSince) = (0, null, null);
        var wasOpen = IsOpen;
        if (wasOpen)
        {
            Reset();
        }

        return wasOpen;
    }

    /// <summary>Records that a request failed or was postponed by the receiver.</summary>
    /// <param name="attempt">The request.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="concernsEndpoint">False if its events fail alone: then it does not help to open the breaker.</param>
    /// <param name="chance">From 0 to below 1, to spread the pauses.</param>
    /// <returns>True if the breaker was open until now: a receiver that says when to retry is available.</returns>
    public bool RecordFailure(DeliveryAttempt attempt, AttemptResult result, bool concernsEndpoint, double chance)
    {
        _saved.LastError = result.Error;
        if (result.Error == SendErrors.Gone)
        {
            ParkWanted = ParkReasons.Gone;
        }
        else if (result.RetryAfter is { } wanted)
        {
            return Postpone(attempt, result.At, result.At + wanted);
        }
        else if (concernsEndpoint || attempt.IsProbe)
        {
            CountFailure(attempt, result, chance);
        }

        return false;
    }

    /// <summary>Opens the breaker: from now on the endpoint is probed instead of trying single events.</summary>
    public void Open(DateTimeOffset at, double chance)
    {
        if (!IsOpen)
        {
            (_saved.BrokenSince, _saved.Probes) = (at, 0);
            _saved.ProbeAt = at + _policy.ProbeAfter(0, chance);
        }
    }

    /// <summary>Resets all failures.</summary>
    public void Reset()
    {
        Close();
        (_saved.HoldUntil, _saved.LastError, _saved.PutOffSince) = (null, null, null);
    }

    /// <summary>Requests parking, unless already requested.</summary>
    public void RequestParking(string reason) => ParkWanted ??= reason;

    /// <summary>Clears the request to park.</summary>
    public void ClearParkingRequest() => ParkWanted = null;

    private bool Postpone(DeliveryAttempt attempt, DateTimeOffset at, DateTimeOffset until)
    {
        // Failures in between do not end it; only an accepted request does.
        _saved.PutOffSince ??= at;
        if (at - _saved.PutOffSince >= _policy.Term)
        {
            RequestParking(ParkReasons.Exhausted);
        }

        _saved.HoldUntil = _saved.HoldUntil > until ? _saved.HoldUntil : until;
        if (!attempt.IsProbe)
        {
            return false;
        }

        Close();
        return true;
    }

    private void Close() => (_saved.Failures, _saved.BrokenSince, _saved.Probes, _saved.ProbeAt) = (0, null, 0, null);

    private void CountFailure(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        _saved.Failures++;
        if (attempt.IsProbe && IsOpen)
        {
            _saved.Probes++;
            _saved.ProbeAt = result.At + _policy.ProbeAfter(_saved.Probes, chance);
            ParkWanted = result.At - _saved.BrokenSince >= _policy.Term ? ParkReasons.Exhausted : ParkWanted;
        }
        else if (_saved.Failures >= _policy.BreakerFailures)
        {
            Open(result.At, chance);
        }
    }
}
