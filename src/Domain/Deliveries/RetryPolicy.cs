using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>Number and timing of attempts.</summary>
/// <param name="Pauses">
/// Pauses after the first, second … failed attempt; after the last one the event becomes a dead letter. The sum is about three days.
/// </param>
/// <param name="BreakerFailures">
/// Consecutive failures, of any events, that open the breaker: the endpoint is then probed instead of trying single events. An event that
/// was refused before others arrived counts once among them.
/// </param>
/// <param name="MaxInFlight">Requests to one endpoint at once.</param>
/// <param name="MaxWaiting">Maximum events of one installation that wait for a retry; beyond it the cursor stops.</param>
/// <param name="MaxDead">
/// Maximum dead letters of one installation; beyond it the endpoint is parked and no more events are given up.
/// </param>
public sealed record RetryPolicy(ImmutableArray<TimeSpan> Pauses, int BreakerFailures, int MaxInFlight, int MaxWaiting, int MaxDead)
{
    /// <summary>Failures of a batch as a whole, while others arrive, before its events are tried one by one.</summary>
    public const int BatchAttempts = 4;

    /// <summary>Interval between log entries for an event that is still postponed; the entry counts the attempts in between.</summary>
    public static readonly TimeSpan ThrottlingLogInterval = TimeSpan.FromHours(1);

    private const double Spread = 0.1;
    private const double ProbeSpread = 1.5;

    public static RetryPolicy Standard { get; } =
        new(
            [
                TimeSpan.FromSeconds(5),
                TimeSpan.FromMinutes(5),
                TimeSpan.FromMinutes(30),
                TimeSpan.FromHours(2),
                TimeSpan.FromHours(5),
                TimeSpan.FromHours(10),
                TimeSpan.FromHours(14),
                TimeSpan.FromHours(20),
                TimeSpan.FromHours(24),
            ],
            BreakerFailures: 10,
            MaxInFlight: 8,
            MaxWaiting: 500,
            MaxDead: 1_000
        );

    /// <summary>The shortest pause between two probes of an unavailable endpoint. Standard: 5 s.</summary>
    public TimeSpan FirstProbe { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest. Standard: 60 s.</summary>
    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an endpoint may fail all probes, or postpone everything, before it is parked: as long as an event is tried.
    /// </summary>
    public TimeSpan Term => Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause);

    /// <summary>Maximum attempts per event.</summary>
    public int Attempts => Pauses.Length + 1;

    /// <summary>True if a log entry about postponed attempts is due.</summary>
    /// <param name="lastLoggedAt">When the last such entry was written; null if never.</param>
    /// <param name="now">The instant.</param>
    public static bool ShouldLogThrottling(DateTimeOffset? lastLoggedAt, DateTimeOffset now) =>
        !(now - lastLoggedAt < ThrottlingLogInterval);

    /// <summary>The pause after the given number of failed attempts, up to a tenth shorter or longer.</summary>
    /// <param name="failed">At least 1; beyond the schedule the last pause applies.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public TimeSpan PauseAfter(int failed, double chance) =>
        Pauses[Math.Clamp(failed, 1, Pauses.Length) - 1] * (1 - Spread + (2 * Spread * chance));

    /// <summary>
    /// The pause before the next probe: doubled each time and spread over its upper half, so that endpoints that failed together are not
    /// probed together.
    /// </summary>
    /// <param name="failed">Probes failed so far; from 0.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public TimeSpan ProbeAfter(int failed, double chance)
    {
        var most = Math.Min(LongestProbe.TotalMilliseconds, FirstProbe.TotalMilliseconds * ProbeSpread * Math.Pow(2, Math.Min(failed, 32)));
        var least = Math.Min(most, Math.Max(FirstProbe.TotalMilliseconds, most / 2));
        return TimeSpan.FromMilliseconds(least + ((most - least) * chance));
    }
}
