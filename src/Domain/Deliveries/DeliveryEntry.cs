namespace Marketplace.Deliveries;

/// <summary>What became of an event, or of the way to a receiver.</summary>
public enum DeliveryOutcome
{
    /// <summary>The receiver has taken it.</summary>
    Acknowledged,

    /// <summary>An attempt failed; it is tried again.</summary>
    Failed,

    /// <summary>It is given up after all attempts, and kept as a dead letter.</summary>
    Dead,

    /// <summary>It is not owed: the seller has not granted its scope, or it lies outside the sync window.</summary>
    Withheld,

    /// <summary>Deliveries were parked: the receiver is gone, or failed for too long. The backlog is kept.</summary>
    Parked,

    /// <summary>Deliveries go on.</summary>
    Resumed,

    /// <summary>
    /// The receiver put the attempt off (429 or 503 with Retry-After); it is tried again, and nothing is charged with it.
    /// </summary>
    Throttled,
}

/// <summary>How an event went to its plugin.</summary>
public enum DeliveryChannel
{
    /// <summary>Posted to the plugin's endpoint.</summary>
    Push,

    /// <summary>Consumed and confirmed.</summary>
    Pull,

    /// <summary>Server-sent events.</summary>
    Live,

    /// <summary>Posted again at somebody's wish.</summary>
    Replay,
}

/// <summary>One line of the delivery log: an attempt with its outcome, or a range that was confirmed or withheld at once.</summary>
/// <param name="Seq">The event's place in the seller's feed; for what concerns no event, the cursor.</param>
/// <param name="To">The last place of a range; otherwise the same as <paramref name="Seq"/>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Channel">On which way.</param>
/// <param name="At">When it was known.</param>
public sealed record DeliveryEntry(long Seq, long To, DeliveryOutcome Outcome, DeliveryChannel Channel, DateTimeOffset At)
{
    /// <summary>From 1; 0 where there was no attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>HTTP status of the receiver's answer; null if there was none.</summary>
    public int? Status { get; init; }

    /// <summary>From the first byte sent to the answer, in ms.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>A code of <see cref="SendErrors"/> for a failure, or why something was withheld or parked; holds nobody's data.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of the body that was sent, lower-case hex.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>SHA-256 of the first kilobyte of the answer, lower-case hex.</summary>
    public string? ResponseHash { get; init; }

    /// <summary>The schema version of the body.</summary>
    public string? Schema { get; init; }

    /// <summary>The replay it belongs to.</summary>
    public string? Replay { get; init; }

    /// <summary>For how many seconds the receiver asked to be left alone (Retry-After); null if it did not.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>How many attempts that were put off it stands for, itself and those since the entry before; null for one.</summary>
    public int? Times { get; init; }

    /// <summary>The batch in which it was sent: the id of the message that carried it, where several events went in one.</summary>
    public string? Batch { get; init; }
}

/// <summary>Why a delivery failed, by code.</summary>
public static class SendErrors
{
    public const string Status = "status";
    public const string Redirect = "redirect";
    public const string Gone = "gone";
    public const string Timeout = "timeout";
    public const string Unreachable = "unreachable";
    public const string Tls = "tls";
    public const string BadAnswer = "bad-answer";
    public const string ForbiddenAddress = "forbidden-address";
    public const string NoName = "name-not-found";
    public const string Internal = "internal";
}
