namespace Marketplace.Quotas;

/// <summary>The recent rate of calls.</summary>
/// <param name="Calls">Billable calls accepted within the span.</param>
/// <param name="Span">The period covered; shorter than the full window if the counter is younger.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.rate")]
public readonly record struct CallRate([property: Id(0)] long Calls, [property: Id(1)] TimeSpan Span)
{
    /// <summary>With fewer calls no forecast is made.</summary>
    public const int MinCalls = 5;

    /// <summary>When the remaining calls will be used up at this rate; null at a negligible rate.</summary>
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

/// <summary>Counts calls per minute over the last <see cref="Minutes"/> minutes. Not thread-safe; its owner serialises access.</summary>
public sealed class RecentCalls(DateTimeOffset since)
{
    /// <summary>Length of the window, in minutes.</summary>
    public const int Minutes = 15;

    private readonly int[] _counts = new int[Minutes];
    private long _minute = MinuteOf(since);

    /// <summary>Start of counting.</summary>
    public DateTimeOffset Since => since;

    public void Record(DateTimeOffset now)
    {
        Advance(now);
        _counts[_minute % Minutes]++;
    }

    /// <summary>The rate over the window, or over the time since counting began if shorter; over at least a minute.</summary>
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

    // If the clock steps back, count into the newest minute.
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
