namespace Marketplace.Deliveries;

/// <summary>The outcome for an event, or for the endpoint.</summary>
public enum DeliveryOutcome
{
    /// <summary>The receiver accepted it.</summary>
    Acknowledged,

    /// <summary>An attempt failed and will be retried.</summary>
    Failed,

    /// <summary>All attempts failed; it is kept as a dead letter.</summary>
    Dead,

    /// <summary>Not owed: the seller has not granted its scope, or it is outside the sync window.</summary>
    Withheld,

    /// <summary>Deliveries were parked: the receiver is gone, or failed for too long. The backlog is kept.</summary>
    Parked,

    /// <summary>Deliveries continue.</summary>
    Resumed,

    /// <summary>The receiver postponed the attempt (429 or 503 with Retry-After); it will be retried and is not charged.</summary>
    Throttled,
}

/// <summary>How an event reached its plugin.</summary>
public enum DeliveryChannel
{
    /// <summary>Posted to the plugin's endpoint.</summary>
    Push,

    /// <summary>Fetched and confirmed.</summary>
    Pull,

    /// <summary>Server-sent events.</summary>
    Live,

    /// <summary>Posted again on request.</summary>
    Replay,
}

/// <summary>One line of the delivery log: an attempt with its outcome, or a range confirmed or withheld as a whole.</summary>
/// <param name="Seq">The event's position in the seller's feed; the cursor for an entry without an event.</param>
/// <param name="To">The last position of a range; otherwise the same as <paramref name="Seq"/>.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Channel">How it was sent.</param>
/// <param name="At">When the outcome was known.</param>
public sealed record DeliveryEntry(long Seq, long To, DeliveryOutcome Outcome, DeliveryChannel Channel, DateTimeOffset At)
{
    /// <summary>From 1; 0 if there was no attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>HTTP status of the receiver's answer; null without an answer.</summary>
    public int? Status { get; init; }

    /// <summary>From the first byte sent to the answer, in ms.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>
    /// A code of <see cref="SendErrors"/> for a failure, or why something was withheld or parked; contains no personal data.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of the body sent, lower-case hex.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>SHA-256 of the first kilobyte of the answer, lower-case hex.</summary>
    public string? ResponseHash { get; init; }

    /// <summary>The schema version of the body.</summary>
    public string? Schema { get; init; }

    /// <summary>The replay it belongs to.</summary>
    public string? Replay { get; init; }

    /// <summary>Seconds the receiver asked to wait (Retry-After); null if it did not.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>Number of postponed attempts it represents, itself and those since the entry before; null for one.</summary>
    public int? Times { get; init; }

    /// <summary>The message id of the batch it was sent in; null for a single event.</summary>
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
