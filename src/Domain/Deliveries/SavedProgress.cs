using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Deliveries;

/// <summary>How far an installation's deliveries are, as it stands beside the last row of the delivery log.</summary>
public sealed class SavedProgress
{
    /// <summary>The enablement that it belongs to.</summary>
    public DateTimeOffset EnabledAt { get; set; }

    /// <summary>Events after this place are owed.</summary>
    public long Since { get; set; }

    /// <summary>Everything up to it is taken, withheld, waits for a further attempt, or is a dead letter.</summary>
    public long Cursor { get; set; }

    /// <summary>Lifecycle events after the cursor and up to this place were taken over: they wait, are given up or arrived.</summary>
    public long LifecycleTo { get; set; }

    /// <summary>Events that wait, by place.</summary>
    public List<WaitingEvent> Waiting { get; set; } = [];

    /// <summary>Events that were given up, by place.</summary>
    public List<DeadEvent> Dead { get; set; } = [];

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Since when the breaker is open; null while it is closed.</summary>
    public DateTimeOffset? BrokenSince { get; set; }

    /// <summary>Probes that failed since then.</summary>
    public int Probes { get; set; }

    /// <summary>When the endpoint is probed next; null while the breaker is closed.</summary>
    public DateTimeOffset? ProbeAt { get; set; }

    /// <summary>Until when the receiver asked to be left alone.</summary>
    public DateTimeOffset? HoldUntil { get; set; }

    /// <summary>Since when the receiver puts attempts off without having taken one; null if it does not.</summary>
    public DateTimeOffset? PutOffSince { get; set; }

    public DateTimeOffset? LastAcknowledgedAt { get; set; }

    public string? LastError { get; set; }

    /// <summary>The revision of the plugin's endpoint that the above is about; 0 for one of the installation's own.</summary>
    public long Revision { get; set; }

    /// <summary>The last days' figures, by day.</summary>
    public List<DayTally> Days { get; set; } = [];

    /// <summary>Replays under way.</summary>
    public List<ReplayProgress> Replays { get; set; } = [];

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ProgressJson.Default.SavedProgress);

    /// <summary>Reads it back; empty bytes are a new one.</summary>
    public static SavedProgress Decode(ReadOnlyMemory<byte> state) =>
        state.IsEmpty
            ? new SavedProgress()
            : JsonSerializer.Deserialize(state.Span, ProgressJson.Default.SavedProgress) ?? new SavedProgress();
}

/// <summary>An event that waits for a further attempt, or behind one of the same key.</summary>
/// <param name="Seq">Its place in the feed.</param>
/// <param name="Key">What it must not overtake within.</param>
/// <param name="Attempts">Attempts that failed; 0 if it only waits behind another.</param>
/// <param name="DueAt">When it may be tried, if it is the first of its key.</param>
/// <param name="AcceptedAt">When the feed took it.</param>
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
    /// <summary>How often it was sent, whether that was charged or not; 0 in states that did not count it.</summary>
    public int Tries { get; init; }

    /// <summary>The first place of the batch in which it was sent, and is sent again; 0 if it went alone.</summary>
    public long Batch { get; init; }

    /// <summary>When it failed last.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>When it is tried beside its schedule; null if it is not.</summary>
    public DateTimeOffset? ExtraAt { get; init; }

    /// <summary>When the log last said that it was put off; null if it never was.</summary>
    public DateTimeOffset? ThrottledAt { get; init; }

    /// <summary>How often it was put off since the log last said so.</summary>
    public int Throttles { get; init; }

    /// <summary>When it may be tried, by its schedule or beside it.</summary>
    public DateTimeOffset NextAt => ExtraAt < DueAt ? ExtraAt.Value : DueAt;
}

/// <summary>How far a replay is.</summary>
public sealed class ReplayProgress
{
    public required string Id { get; init; }

    /// <summary>The next place to look at.</summary>
    public long Next { get; set; }

    public long Sent { get; set; }

    public long Failed { get; set; }

    /// <summary>Failed attempts of the event at <see cref="Next"/>.</summary>
    public int Attempts { get; set; }

    /// <summary>When it may be tried again.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>When the log last said that it was put off; null if it was not since it last went on.</summary>
    public DateTimeOffset? ThrottledAt { get; set; }

    /// <summary>How often it was put off since then.</summary>
    public int Throttles { get; set; }

    /// <summary>
    /// Goes on from a place before which nothing is owed. It is written with the next entry; after a crash before that the stretch is only
    /// read again.
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
