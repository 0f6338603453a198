using System.Collections.Immutable;

namespace Marketplace.Evidence;

/// <summary>The fold of the instants at which the platform was observed running. Pure.</summary>
/// <param name="LastSeen">The last of them; null before the first.</param>
/// <param name="Outages">The gaps longer than <see cref="LongestGap"/>, oldest first; at most <see cref="MaxOutages"/>.</param>
public sealed record PlatformRunning(DateTimeOffset? LastSeen, ImmutableArray<EvidenceOutage> Outages)
{
    /// <summary>Minimum interval between two records: a shorter outage makes nothing late.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>A longer gap is an outage. A shorter one is a busy machine, or a failover between silos.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    /// <summary>Maximum outages kept; the oldest are dropped first.</summary>
    public const int MaxOutages = 1_000;

    public static PlatformRunning Unknown { get; } = new(null, []);

    /// <summary>Records that the platform is running. Returns the same value if there is nothing to record.</summary>
    public PlatformRunning Seen(DateTimeOffset now)
    {
        if (LastSeen is not { } last)
        {
            return this with { LastSeen = now };
        }

        return now - last < Period
            ? this
            : new(now, now - last > LongestGap ? [.. Outages.Append(new EvidenceOutage(last, now)).TakeLast(MaxOutages)] : Outages);
    }

    /// <summary>The outages that end after an instant.</summary>
    public ImmutableArray<EvidenceOutage> Since(DateTimeOffset from) => [.. Outages.Where(outage => outage.To > from)];
}
