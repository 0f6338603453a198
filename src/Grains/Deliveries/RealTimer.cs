namespace Marketplace.Grains.Deliveries;

/// <summary>An instant of the machine's clock, which runs on although a test freezes the grains' clock.</summary>
internal sealed class RealTimer
{
    private long? _start;
    private TimeSpan _wait;

    /// <summary>True once the instant has passed.</summary>
    public bool HasPassed => Remaining == TimeSpan.Zero;

    /// <summary>Never negative; infinite if nothing is set.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_start is not { } start)
            {
                return Timeout.InfiniteTimeSpan;
            }

            var remaining = _wait - TimeProvider.System.GetElapsedTime(start);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>The earlier of two remaining times, either of which may be infinite.</summary>
    public static TimeSpan Earlier(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan ? other
        : other == Timeout.InfiniteTimeSpan || one < other ? one
        : other;

    /// <summary>Sets the instant, unless an earlier one is set.</summary>
    public void SetEarlier(TimeSpan wait)
    {
        if (_start is null || wait < Remaining)
        {
            (_start, _wait) = (TimeProvider.System.GetTimestamp(), wait);
        }
    }

    public void Clear() => _start = null;
}
