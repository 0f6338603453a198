namespace Marketplace.Deliveries;

/// <summary>
/// How the endpoint stands, whatever its events: while nothing arrives the breaker is open, and the endpoint is probed every few seconds to
/// a minute, apart from what its events wait for, until a probe arrives or the endpoint has to be parked. What a receiver asks for with
/// Retry-After is held for all, and is no failure; one that asks for nothing else for as long as an event is tried is parked all the same.
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
            // Written when an endpoint was probed by its events' schedule, which may be a day away.
            saved.HoldUntil = null;
        }
    }

    public bool IsOpen => _saved.BrokenSince is not null;

    public DateTimeOffset? OpenSince => _saved.BrokenSince;

    /// <summary>Probes that failed since it opened.</summary>
    public int Probes => _saved.Probes;

    /// <summary>
    /// Until when the endpoint is left alone: the next probe, or what the receiver asked for; null if it may be asked now.
    /// </summary>
    public DateTimeOffset? HoldUntil => IsOpen && !(_saved.HoldUntil > _saved.ProbeAt) ? _saved.ProbeAt : _saved.HoldUntil;

    public string? LastError => _saved.LastError;

    /// <summary>Set when the endpoint has to be parked, by code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted { get; private set; }

    /// <summary>True if the endpoint may be asked now, be it with a probe.</summary>
    public bool Allows(DateTimeOffset now) => ParkWanted is null && !(HoldUntil > now);

    /// <summary>The pause that was held is over.</summary>
    public void Release() => _saved.HoldUntil = null;

    /// <summary>Notes that a request arrived.</summary>
    /// <returns>True if the breaker was open until now.</returns>
    public bool Succeed()
    {
        (_saved.Failures, _saved.LastError, _saved.PutOffSince) = (0, null, null);
        var wasOpen = IsOpen;
        if (wasOpen)
        {
            Reset();
        }

        return wasOpen;
    }

    /// <summary>Notes that a request failed, or was put off by the receiver.</summary>
    /// <returns>True if the breaker was open until now: a receiver that says when it wants to be asked is there.</returns>
    public bool Fail(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        _saved.LastError = result.Error;
        if (result.Error == SendErrors.Gone)
        {
            ParkWanted = ParkReasons.Gone;
        }
        else if (result.RetryAfter is { } wanted)
        {
            return PutOff(attempt, result.At, result.At + wanted);
        }
        else
        {
            Strain(attempt, result, chance);
        }

        return false;
    }

    /// <summary>Nothing arrives: single events are tried no more, the endpoint is.</summary>
    public void Open(DateTimeOffset at, double chance)
    {
        if (!IsOpen)
        {
            (_saved.BrokenSince, _saved.Probes) = (at, 0);
            _saved.ProbeAt = at + _policy.ProbeAfter(0, chance);
        }
    }

    /// <summary>Forgets what failed.</summary>
    public void Reset()
    {
        Close();
        (_saved.HoldUntil, _saved.LastError, _saved.PutOffSince) = (null, null, null);
    }

    /// <summary>Wants the endpoint parked, if that is not wanted already.</summary>
    public void WantParked(string reason) => ParkWanted ??= reason;

    /// <summary>It is parked, or is not to be any more.</summary>
    public void ForgetParking() => ParkWanted = null;

    private bool PutOff(DeliveryAttempt attempt, DateTimeOffset at, DateTimeOffset until)
    {
        // Failures between do not end it: only what is taken does.
        _saved.PutOffSince ??= at;
        if (at - _saved.PutOffSince >= _policy.Term)
        {
            WantParked(ParkReasons.Exhausted);
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

    private void Strain(DeliveryAttempt attempt, AttemptResult result, double chance)
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
