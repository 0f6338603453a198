namespace Marketplace.Quotas;

/// <summary>
/// A token bucket that tolerates instants going backwards: it continues from the earlier instant, so that a lagging clock does not starve
/// it.
/// </summary>
internal sealed class BurstBucket(DateTimeOffset now)
{
    private double _missing;
    private DateTimeOffset _at = now;

    /// <summary>Number of whole calls available now.</summary>
    public int Remaining(BurstLimit limit, DateTimeOffset now)
    {
        Refill(limit, now);
        return Math.Max(0, (int)Math.Floor(limit.Capacity - _missing + 1e-9));
    }

    public void Spend() => _missing++;

    /// <summary>Undoes a <see cref="Spend"/> of the same instant.</summary>
    public void PutBack() => _missing = Math.Max(0, _missing - 1);

    /// <summary>The first instant at which another call passes.</summary>
    public DateTimeOffset NextAt(BurstLimit limit, DateTimeOffset now)
    {
        var wait = (_missing + 1 - limit.Capacity) / limit.PerSecond;
        // Rounded up, so that a client that sleeps exactly until then succeeds (C1).
        return wait <= 0 ? now : now.AddMilliseconds(Math.Ceiling(wait * 1000) + 1);
    }

    /// <summary>The instant at which the bucket is full again.</summary>
    public DateTimeOffset FullAt(BurstLimit limit, DateTimeOffset now) => now.AddSeconds(Math.Max(0, _missing) / limit.PerSecond);

    private void Refill(BurstLimit limit, DateTimeOffset now)
    {
        var elapsed = (now - _at).TotalSeconds;
        _at = now;
        if (elapsed > 0)
        {
            _missing = Math.Max(0, _missing - (elapsed * limit.PerSecond));
        }
    }
}
