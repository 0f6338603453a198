using System.Collections.Immutable;

namespace Marketplace.Evidence;

/// <summary>The fold of the instants at which the platform was seen running. Pure.</summary>
/// <param name="LastSeen">The last of them; null before the first.</param>
/// <param name="Outages">The gaps between them that are no mere delay, oldest first; at most <see cref="MaxOutages"/>.</param>
public sealed record PlatformRunning(DateTimeOffset? LastSeen, ImmutableArray<EvidenceOutage> Outages)
{
    /// <summary>Nothing is noted more often: what is shorter than this makes nothing late.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>A longer gap is an outage. A shorter one is a busy machine, or a silo that left its work to another.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    /// <summary>So many are kept; the oldest are forgotten first.</summary>
    public const int MaxOutages = 1_000;

    public static PlatformRunning Unknown { get; } = new(null, []);

    /// <summary>The platform was seen running. The same value where there is nothing to note.</summary>
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

    /// <summary>The outages that reach beyond an instant.</summary>
    public ImmutableArray<EvidenceOutage> Since(DateTimeOffset from) => [.. Outages.Where(outage => outage.To > from)];
}
