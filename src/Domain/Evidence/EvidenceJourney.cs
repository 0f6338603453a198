using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Evidence;

/// <summary>The journey of one event from its acceptance to its acknowledgement, or to its current state.</summary>
/// <param name="Seq">The event's position in the feed.</param>
/// <param name="Owed">True if the installation should get it.</param>
/// <param name="WhyNot">Code of the reason why it is not owed.</param>
/// <param name="State">Its current state.</param>
/// <param name="AcknowledgedAt">When the receiver first accepted it.</param>
/// <param name="Party">The party responsible for its state.</param>
/// <param name="Cause">A code of <see cref="EvidenceCauses"/>.</param>
/// <param name="Hops">Every hop, in order.</param>
public sealed record EvidenceJourney(
    long Seq,
    bool Owed,
    string? WhyNot,
    EvidenceState State,
    DateTimeOffset? AcknowledgedAt,
    EvidenceParty Party,
    string Cause,
    ImmutableArray<EvidenceHop> Hops
);

/// <summary>One hop of an event: an entry of the delivery log, or its acceptance.</summary>
/// <param name="At">When.</param>
/// <param name="What"><c>accepted</c>, <c>withheld</c>, <c>failed</c>, <c>throttled</c>, <c>acknowledged</c>, <c>dead</c>, <c>parked</c> or
/// <c>resumed</c>.</param>
/// <param name="Row">Number of the row that records it; null for the acceptance, which the feed records.</param>
public sealed record EvidenceHop(DateTimeOffset At, string What, long? Row)
{
    /// <summary><c>push</c>, <c>pull</c>, <c>live</c> or <c>replay</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>From 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>HTTP status of the receiver's answer.</summary>
    public int? Status { get; init; }

    /// <summary>Code of the reason for a failure, withholding or parking.</summary>
    public string? Reason { get; init; }

    public int? LatencyMs { get; init; }

    /// <summary>SHA-256 of the body sent.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>SHA-256 of the first kilobyte of the answer.</summary>
    public string? ResponseHash { get; init; }

    /// <summary>The schema version of the body.</summary>
    public string? Schema { get; init; }

    /// <summary>The replay it belongs to.</summary>
    public string? Replay { get; init; }

    /// <summary>The batch message it was sent in.</summary>
    public string? Batch { get; init; }

    /// <summary>The last position of a range confirmed or withheld as a whole; null for a single event.</summary>
    public long? To { get; init; }
}

/// <summary>The state of an event.</summary>
[JsonConverter(typeof(KebabEnumConverter<EvidenceState>))]
public enum EvidenceState
{
    /// <summary>Accepted by the receiver in time.</summary>
    Acknowledged,

    /// <summary>Acknowledged later than <see cref="Deliveries.DeliveryFigures.Target"/> after its acceptance.</summary>
    Late,

    /// <summary>Not owed.</summary>
    Withheld,

    /// <summary>Owed and not yet acknowledged; delivery continues.</summary>
    Waiting,

    /// <summary>All attempts failed; kept as a dead letter.</summary>
    Dead,
}

/// <summary>The responsible party.</summary>
[JsonConverter(typeof(KebabEnumConverter<EvidenceParty>))]
public enum EvidenceParty
{
    /// <summary>None: everything owed was delivered in time.</summary>
    None,

    /// <summary>Undecided: the delivery is within its schedule.</summary>
    Open,

    /// <summary>The marketplace.</summary>
    Platform,

    /// <summary>The plugin's developer: the plugin's behaviour, or its endpoint's configuration.</summary>
    Plugin,

    /// <summary>The plugin's receiving server, or the network to it.</summary>
    Receiver,

    /// <summary>The seller's settings: scopes, sync window, pause.</summary>
    SellerSetting,
}

/// <summary>Writes an enumeration's names in kebab-case.</summary>
public sealed class KebabEnumConverter<T>()
    : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
