using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Deliveries;

/// <summary>An installation's delivery progress, stored beside the last row of the delivery log.</summary>
public sealed class SavedProgress
{
    /// <summary>The enablement it belongs to.</summary>
    public DateTimeOffset EnabledAt { get; set; }

    /// <summary>Events after this position are owed.</summary>
    public long Since { get; set; }

    /// <summary>Everything up to here is acknowledged, withheld, waiting for a retry, or a dead letter.</summary>
    public long Cursor { get; set; }

    /// <summary>
    /// Lifecycle events after the cursor and up to this position were sent ahead of it: they wait, are dead letters, or arrived.
    /// </summary>
    public long LifecycleTo { get; set; }

    /// <summary>Waiting events, by position.</summary>
    public List<WaitingEvent> Waiting { get; set; } = [];

    /// <summary>Dead letters, by position.</summary>
    public List<DeadEvent> Dead { get; set; } = [];

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Since when the breaker is open; null while it is closed.</summary>
    public DateTimeOffset? BrokenSince { get; set; }

    /// <summary>Failed probes since then.</summary>
    public int Probes { get; set; }

    /// <summary>When the endpoint is probed next; null while the breaker is closed.</summary>
    public DateTimeOffset? ProbeAt { get; set; }

    /// <summary>Until when the receiver asked not to be contacted.</summary>
    public DateTimeOffset? HoldUntil { get; set; }

    /// <summary>Since when the receiver has postponed attempts without accepting any; null if it does not.</summary>
    public DateTimeOffset? PutOffSince { get; set; }

    public DateTimeOffset? LastAcknowledgedAt { get; set; }

    public string? LastError { get; set; }

    /// <summary>The revision of the plugin's endpoint that the above refers to; 0 for the installation's own.</summary>
    public long Revision { get; set; }

    /// <summary>The last days' figures, by day.</summary>
    public List<DayTally> Days { get; set; } = [];

    /// <summary>Replays in progress.</summary>
    public List<ReplayProgress> Replays { get; set; } = [];

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ProgressJson.Default.SavedProgress);

    /// <summary>Decodes the stored state; empty bytes give a new one.</summary>
    public static SavedProgress Decode(ReadOnlyMemory<byte> state) =>
        state.IsEmpty
            ? new SavedProgress()
            : JsonSerializer.Deserialize(state.Span, ProgressJson.Default.SavedProgress) ?? new SavedProgress();
}

/// <summary>An event that waits for a retry, or behind another of the same key.</summary>
/// <param name="Seq">Its position in the feed.</param>
/// <param name="Key">Its ordering key.</param>
/// <param name="Attempts">Failed attempts; 0 if it only waits behind another.</param>
/// <param name="DueAt">When it may be tried, if it is the first of its key.</param>
/// <param name="AcceptedAt">When the feed accepted it.</param>
/// <param name="FirstFailedAt">When its first attempt failed; null if there was none.</param>
public sealed record WaitingEvent(
    long Seq,
    string Key,
    int Attempts,
    DateTimeOffset DueAt,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? FirstFailedAt
)
{
    /// <summary>Number of sends, charged or not; 0 in states stored before it was counted.</summary>
    public int Tries { get; init; }

    /// <summary>The first position of the batch it was, and is, sent in; 0 if sent alone.</summary>
    public long Batch { get; init; }

    /// <summary>When it failed last.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>When an extra attempt outside its schedule is due; null for none.</summary>
    public DateTimeOffset? ExtraAt { get; init; }

    /// <summary>When the log last recorded that it was postponed; null if never.</summary>
    public DateTimeOffset? ThrottledAt { get; init; }

    /// <summary>Number of postponements since then.</summary>
    public int Throttles { get; init; }

    /// <summary>When it may be tried, by its schedule or by an extra attempt.</summary>
    public DateTimeOffset NextAt => Instants.Earlier(ExtraAt, DueAt);
}

/// <summary>The progress of a replay.</summary>
public sealed class ReplayProgress
{
    public required string Id { get; init; }

    /// <summary>The next position to read.</summary>
    public long Next { get; set; }

    public long Sent { get; set; }

    public long Failed { get; set; }

    /// <summary>Failed attempts of the event at <see cref="Next"/>.</summary>
    public int Attempts { get; set; }

    /// <summary>When it may be tried again.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>When the log last recorded that it was postponed; null if not since its last progress.</summary>
    public DateTimeOffset? ThrottledAt { get; set; }

    /// <summary>Number of postponements since then.</summary>
    public int Throttles { get; set; }

    /// <summary>
    /// Skips to a position before which nothing is owed. Stored with the next entry; after an earlier crash the range is only read again.
    /// </summary>
    public void Pass(long next) => (Next, Attempts) = (next, 0);
}

[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(SavedProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
