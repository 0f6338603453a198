namespace Marketplace.Quotas;

/// <summary>How quickly calls came of late.</summary>
/// <param name="Calls">Billable calls that were let through within the span.</param>
/// <param name="Span">How far back was looked; shorter than the full window if the counter is younger.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.rate")]
public readonly record struct CallRate([property: Id(0)] long Calls, [property: Id(1)] TimeSpan Span)
{
    /// <summary>Fewer calls than this say nothing about the future.</summary>
    public const int MinCalls = 5;

    /// <summary>When so many more calls are used up if they go on coming like this; null if they hardly come.</summary>
    public DateTimeOffset? ExhaustsAt(long remaining, DateTimeOffset now)
    {
        if (Calls < MinCalls || Span <= TimeSpan.Zero)
        {
            return null;
        }

        var seconds = remaining * Span.TotalSeconds / Calls;
        return seconds < TimeSpan.FromDays(3_650).TotalSeconds ? now + TimeSpan.FromSeconds(seconds) : null;
    }
}

/// <summary>Counts calls by the minute over the last <see cref="Minutes"/> minutes. Not thread-safe; its owner serialises access.</summary>
public sealed class RecentCalls(DateTimeOffset since)
{
    /// <summary>How far back a rate looks.</summary>
    public const int Minutes = 15;

    private readonly int[] _counts = new int[Minutes];
    private long _minute = MinuteOf(since);

    /// <summary>Since when calls have been counted.</summary>
    public DateTimeOffset Since => since;

    public void Note(DateTimeOffset now)
    {
        Advance(now);
        _counts[_minute % Minutes]++;
    }

    /// <summary>The rate over the window, or over the time since counting began if that is shorter; over a minute at least.</summary>
    public CallRate Rate(DateTimeOffset now)
    {
        Advance(now);
        var span = now - since;
        var longest = TimeSpan.FromMinutes(Minutes);
        return new CallRate(
            _counts.Sum(count => (long)count),
            span > longest ? longest
                : span < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1)
                : span
        );
    }

    // A clock that steps back counts into the newest minute.
    private void Advance(DateTimeOffset now)
    {
        var minute = MinuteOf(now);
        for (var steps = Math.Min(minute - _minute, Minutes); steps > 0; steps--)
        {
            _counts[(minute - steps + 1) % Minutes] = 0;
        }

        _minute = Math.Max(_minute, minute);
    }

    private static long MinuteOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMinute;
}
