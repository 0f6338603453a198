using System.Globalization;

namespace Marketplace.Rounds;

/// <summary>The refusals around sandbox rounds.</summary>
public static class RoundRefusals
{
    public const string RoundNotFound = "round-not-found";
    public const string RoundRunning = "round-running";
    public const string RoundTooSoon = "round-too-soon";
    public const string RoundLimit = "round-limit";
    public const string UpstreamClosed = "round-upstream-closed";
    public const string JustificationInvalid = "round-justification-invalid";

    private const string Developer = "developer";
    private const string Time = "time";

    public static Refusal NotFound() => new(RoundNotFound, "The version has no such round.", Developer, "Read the version's rounds.");

    /// <param name="number">The round that runs.</param>
    /// <param name="until">When it has ended at the latest.</param>
    public static Refusal Running(int number, DateTimeOffset until) =>
        new(
            RoundRunning,
            string.Create(CultureInfo.InvariantCulture, $"Round {number} of this version is running."),
            Time,
            "Wait until it has ended."
        )
        {
            RetryAt = until,
        };

    /// <param name="free">When the next round may start.</param>
    public static Refusal TooSoon(DateTimeOffset free) =>
        new(RoundTooSoon, "The last round of this version ended too recently for another one to be independent of it.", Time, "Wait.")
        {
            RetryAt = free,
        };

    /// <param name="max">The most rounds.</param>
    public static Refusal TooMany(int max) =>
        new(
            RoundLimit,
            string.Create(CultureInfo.InvariantCulture, $"The version has {max} rounds, which is the most."),
            Developer,
            "Add another version."
        );

    /// <summary>A call of a round for an upstream service, which is real.</summary>
    public static Refusal ClosedUpstream() =>
        new(
            UpstreamClosed,
            "Upstream services take no calls of sandbox rounds; nothing was sent or counted.",
            Developer,
            "Give a reason for the scope when the round is started."
        );

    /// <param name="what">What is wrong, without a full stop.</param>
    public static Refusal Unjustified(string what) =>
        new(
            JustificationInvalid,
            $"The reasons for unused scopes are not as they must be: {what}.",
            Developer,
            "Give reasons for declared scopes only."
        );
}
