namespace Marketplace.Sync.Delivery;

/// <summary>
/// How the endpoint stands, whatever its events: failures in a row open the breaker; then it is probed by the schedule, until a probe arrives or
/// the endpoint has to be parked. What a receiver asks for with Retry-After is held for all.
/// </summary>
internal sealed class EndpointBreaker(SavedProgress saved, RetryPolicy policy)
{
    public bool IsOpen => saved.BrokenSince is not null;

    public DateTimeOffset? OpenSince => saved.BrokenSince;

    /// <summary>Until when the endpoint is left alone.</summary>
    public DateTimeOffset? HoldUntil => saved.HoldUntil;

    public string? LastError => saved.LastError;

    /// <summary>Set when the endpoint has to be parked, by code of <see cref="ParkReasons"/>.</summary>
    public string? ParkWanted { get; private set; }

    /// <summary>True if the endpoint may be asked now, be it with a probe.</summary>
    public bool Lets(DateTimeOffset now) => ParkWanted is null && !(saved.HoldUntil > now);

    /// <summary>The pause that was held is over.</summary>
    public void Release() => saved.HoldUntil = null;

    /// <summary>Notes that a request arrived.</summary>
    public void Succeed()
    {
        (saved.Failures, saved.LastError) = (0, null);
        if (IsOpen)
        {
            Mend();
        }
    }

    /// <summary>Notes that a request failed.</summary>
    public void Fail(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        saved.LastError = result.Error;
        if (result.Error == SendErrors.Gone)
        {
            ParkWanted = ParkReasons.Gone;
            return;
        }

        if (result.RetryAfter is null || attempt.IsProbe)
        {
            Strain(attempt, result, chance);
        }

        if (result.RetryAfter is { } wanted)
        {
            saved.HoldUntil = Later(saved.HoldUntil, result.At + wanted);
        }
    }

    /// <summary>Forgets what failed.</summary>
    public void Mend() => (saved.Failures, saved.BrokenSince, saved.Probes, saved.HoldUntil, saved.LastError) = (0, null, 0, null, null);

    /// <summary>Wants the endpoint parked, if that is not wanted already.</summary>
    public void WantParked(string reason) => ParkWanted ??= reason;

    /// <summary>It is parked, or is not to be any more.</summary>
    public void ForgetParking() => ParkWanted = null;

    private void Strain(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        saved.Failures++;
        if (attempt.IsProbe)
        {
            saved.Probes++;
            ParkWanted = saved.Probes >= policy.Attempts ? ParkReasons.Exhausted : ParkWanted;
            saved.HoldUntil = result.At + policy.PauseAfter(saved.Probes + 1, chance);
        }
        else if (!IsOpen && saved.Failures >= policy.BreakerFailures)
        {
            (saved.BrokenSince, saved.Probes) = (result.At, 0);
            saved.HoldUntil = result.At + policy.PauseAfter(1, chance);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}
