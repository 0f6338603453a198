using Marketplace.Installations;

namespace Marketplace.Events.Lifecycle;

/// <summary>
/// Decides at which calls of a day a plugin is notified about its quota. Pure: depends on the number of calls alone, so a restart finds the
/// same marks.
/// </summary>
public static class QuotaMarks
{
    /// <summary>The share of the day's calls at which the plugin is warned, in percent.</summary>
    public const int ThresholdPercent = 80;

    /// <summary>The number of the call that reaches the threshold; at the latest the last but one, if the day has more than one.</summary>
    public static long ThresholdOf(long limit) => Math.Max(1, Math.Min(((limit * ThresholdPercent) + 99) / 100, limit - 1));

    /// <summary>True if the call of this number reaches a mark.</summary>
    public static bool IsMark(long number, long limit) => limit > 0 && (number == limit || number == ThresholdOf(limit));

    /// <summary>True if a day with this many calls has reached a mark.</summary>
    public static bool HasMark(long used, long limit) => limit > 0 && used >= ThresholdOf(limit);

    /// <summary>The events of a day with this many calls; all marks reached so far.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="day">The day of business.</param>
    /// <param name="used">Its calls.</param>
    /// <param name="limit">The day's limit.</param>
    /// <param name="resetsAt">When the next day begins.</param>
    /// <param name="now">The instant.</param>
    public static IEnumerable<LifecycleEvent> Reached(
        InstallationId installation,
        DateOnly day,
        long used,
        long limit,
        DateTimeOffset resetsAt,
        DateTimeOffset now
    )
    {
        if (!HasMark(used, limit))
        {
            yield break;
        }

        var about = new LifecycleData
        {
            Day = day,
            Limit = limit,
            ResetsAt = resetsAt,
        };
        var cause = FormattableString.Invariant($"quota/{day:yyyy-MM-dd}");
        if (limit > 1)
        {
            yield return new LifecycleEvent(
                installation,
                EventTypes.QuotaThreshold,
                cause,
                now,
                about with
                {
                    ThresholdPercent = ThresholdPercent,
                    Used = ThresholdOf(limit),
                }
            );
        }

        if (used >= limit)
        {
            yield return new LifecycleEvent(installation, EventTypes.QuotaExceeded, cause, now, about with { Used = limit });
        }
    }
}
