using System.Text.Json.Serialization;

namespace Marketplace.Rounds;

/// <summary>The rules of sandbox rounds (R08); every round carries those under which it ran.</summary>
/// <param name="Version">Name of the version.</param>
/// <param name="Limits">What an answer may take and how many may fail.</param>
/// <param name="Orders">Orders of a round; at least 1.</param>
/// <param name="Duration">How long its traffic takes. A day of orders is compressed into it.</param>
/// <param name="Grace">How long the plugin may still call after the last event.</param>
/// <param name="Spacing">The shortest time between the end of one round of a version and the start of the next.</param>
/// <param name="Timeout">How long the plugin's endpoint may take to answer one event.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.policy")]
public sealed record RoundPolicy(
    [property: Id(0)] string Version,
    [property: Id(1)] RoundLimits Limits,
    [property: Id(2)] int Orders,
    [property: Id(3)] TimeSpan Duration,
    [property: Id(4)] TimeSpan Grace,
    [property: Id(5)] TimeSpan Spacing,
    [property: Id(6)] TimeSpan Timeout
)
{
    // Requests that began at the end of the traffic, waits for connections, and reading the results.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(2);

    /// <summary>The published rules.</summary>
    public static RoundPolicy Published { get; } =
        new(
            "rounds-2026-12",
            new RoundLimits(120m, 400m, 1_000m, 1m),
            120,
            TimeSpan.FromSeconds(60),
            TimeSpan.FromSeconds(5),
            TimeSpan.FromHours(1),
            TimeSpan.FromSeconds(5)
        );

    /// <summary>The longest that a round lasts; what it opened is closed then, whatever happens to the round.</summary>
    [JsonIgnore]
    public TimeSpan Longest => Duration + Grace + Reserve;
}

/// <summary>The published limits (R10). A measured value equal to its limit is within it.</summary>
/// <param name="MeanMs">Mean time of an answer in milliseconds.</param>
/// <param name="P95Ms">95th percentile.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="ErrorPercent">Percent of requests that are not accepted: no answer, or none of 200–299.</param>
[GenerateSerializer, Immutable, Alias("mp.rounds.limits")]
public sealed record RoundLimits(
    [property: Id(0)] decimal MeanMs,
    [property: Id(1)] decimal P95Ms,
    [property: Id(2)] decimal P99Ms,
    [property: Id(3)] decimal ErrorPercent
);
