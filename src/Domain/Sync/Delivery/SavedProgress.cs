using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Sync.Delivery;

/// <summary>How far an installation's deliveries are, as it stands beside the last row of the delivery log.</summary>
public sealed class SavedProgress
{
    /// <summary>The enablement that it belongs to.</summary>
    public DateTimeOffset EnabledAt { get; set; }

    /// <summary>Events after this place are owed.</summary>
    public long Since { get; set; }

    /// <summary>Everything up to it is taken, withheld, waits for a further attempt, or is a dead letter.</summary>
    public long Cursor { get; set; }

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

    /// <summary>Until when the endpoint is left alone: the breaker's next probe, or what the receiver asked for.</summary>
    public DateTimeOffset? HoldUntil { get; set; }

    public DateTimeOffset? LastAcknowledgedAt { get; set; }

    public string? LastError { get; set; }

    /// <summary>The last days' figures, by day.</summary>
    public List<DayTally> Days { get; set; } = [];

    /// <summary>Replays under way.</summary>
    public List<ReplayProgress> Replays { get; set; } = [];

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ProgressJson.Default.SavedProgress);

    /// <summary>Reads it back; empty bytes are a new one.</summary>
    public static SavedProgress Decode(ReadOnlyMemory<byte> state) =>
        state.IsEmpty ? new SavedProgress() : JsonSerializer.Deserialize(state.Span, ProgressJson.Default.SavedProgress) ?? new SavedProgress();
}

/// <summary>An event that waits for a further attempt, or behind one of the same key.</summary>
/// <param name="Seq">Its place in the feed.</param>
/// <param name="Key">What it must not overtake within.</param>
/// <param name="Attempts">Attempts that failed; 0 if it only waits behind another.</param>
/// <param name="DueAt">When it may be tried, if it is the first of its key.</param>
/// <param name="AcceptedAt">When the feed took it.</param>
/// <param name="FirstFailedAt">When its first attempt failed; null if there was none.</param>
public sealed record WaitingEvent(long Seq, string Key, int Attempts, DateTimeOffset DueAt, DateTimeOffset AcceptedAt, DateTimeOffset? FirstFailedAt);

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

    /// <summary>Goes on from a place before which nothing is owed. It is written with the next entry; after a crash before that the stretch is only read again.</summary>
    public void Pass(long next) => (Next, Attempts) = (next, 0);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SavedProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
