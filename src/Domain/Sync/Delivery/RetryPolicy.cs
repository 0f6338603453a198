using System.Collections.Immutable;

namespace Marketplace.Sync.Delivery;

/// <summary>How often and how long an endpoint is tried.</summary>
/// <param name="Pauses">After the first, second … failed attempt; after the last one an event is given up. The sum is about three days.</param>
/// <param name="BreakerFailures">So many failures in a row, of whatever events, open the breaker: single events are tried no more, the endpoint is.</param>
/// <param name="MaxInFlight">Requests to one endpoint at once.</param>
/// <param name="MaxWaiting">Events of one installation that may wait for a further attempt; beyond it the cursor stands.</param>
/// <param name="MaxDead">Dead letters of one installation; beyond it the endpoint is parked and nothing more is given up.</param>
public sealed record RetryPolicy(ImmutableArray<TimeSpan> Pauses, int BreakerFailures, int MaxInFlight, int MaxWaiting, int MaxDead)
{
    private const double Spread = 0.1;

    public static RetryPolicy Standard { get; } = new(
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
        MaxDead: 1_000);

    /// <summary>Attempts that an event gets.</summary>
    public int Attempts => Pauses.Length + 1;

    /// <summary>The pause after the given number of failed attempts, up to a tenth shorter or longer.</summary>
    /// <param name="failed">At least 1; beyond the schedule the last pause holds.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public TimeSpan PauseAfter(int failed, double chance) =>
        Pauses[Math.Clamp(failed, 1, Pauses.Length) - 1] * (1 - Spread + (2 * Spread * chance));
}
