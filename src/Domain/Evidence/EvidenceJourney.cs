using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Evidence;

/// <summary>The way of one event from its acceptance to its acknowledgement, or to where it stands.</summary>
/// <param name="Seq">The event's place in the feed.</param>
/// <param name="Owed">True if the installation should get it.</param>
/// <param name="WhyNot">Code of why it is not owed.</param>
/// <param name="State">How it stands.</param>
/// <param name="AcknowledgedAt">When the receiver first took it.</param>
/// <param name="Party">Who is answerable for how it stands.</param>
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

/// <summary>One hop of an event: what the delivery log says of it, or its acceptance.</summary>
/// <param name="At">When.</param>
/// <param name="What"><c>accepted</c>, <c>withheld</c>, <c>failed</c>, <c>throttled</c>, <c>acknowledged</c>, <c>dead</c>, <c>parked</c> or
/// <c>resumed</c>.</param>
/// <param name="Row">Number of the row that says so; null for the acceptance, which the feed says.</param>
public sealed record EvidenceHop(DateTimeOffset At, string What, long? Row)
{
    /// <summary><c>push</c>, <c>pull</c>, <c>live</c> or <c>replay</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>From 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>HTTP status of the receiver's answer.</summary>
    public int? Status { get; init; }

    /// <summary>Code of why it failed, was withheld or parked.</summary>
    public string? Reason { get; init; }

    public int? LatencyMs { get; init; }

    /// <summary>SHA-256 of the body that was sent.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>SHA-256 of the first kilobyte of the answer.</summary>
    public string? ResponseHash { get; init; }

    /// <summary>The schema version of the body.</summary>
    public string? Schema { get; init; }

    /// <summary>The replay it belongs to.</summary>
    public string? Replay { get; init; }

    /// <summary>The message that carried it with others.</summary>
    public string? Batch { get; init; }

    /// <summary>The last place of a range that was confirmed or withheld at once; null if the event stands alone.</summary>
    public long? To { get; init; }
}

/// <summary>How an event stands.</summary>
[JsonConverter(typeof(KebabEnumConverter<EvidenceState>))]
public enum EvidenceState
{
    /// <summary>Taken by the receiver in time.</summary>
    Acknowledged,

    /// <summary>Taken later than <see cref="Deliveries.DeliveryFigures.Target"/> after its acceptance.</summary>
    Late,

    /// <summary>Not owed.</summary>
    Withheld,

    /// <summary>Owed and not taken; it is still to be delivered.</summary>
    Waiting,

    /// <summary>Given up after all attempts; kept as a dead letter.</summary>
    Dead,
}

/// <summary>Who is answerable.</summary>
[JsonConverter(typeof(KebabEnumConverter<EvidenceParty>))]
public enum EvidenceParty
{
    /// <summary>Nobody: everything that is owed was delivered in time.</summary>
    None,

    /// <summary>It cannot be said yet: the delivery is within its schedule.</summary>
    Open,

    /// <summary>The marketplace.</summary>
    Platform,

    /// <summary>The plugin's developer: what the plugin did, or how its endpoint is set up.</summary>
    Plugin,

    /// <summary>The server that receives for the plugin, or the way to it.</summary>
    Receiver,

    /// <summary>What the seller has set: scopes, sync window, pause.</summary>
    SellerSetting,
}

/// <summary>Writes an enumeration's names in kebab-case.</summary>
public sealed class KebabEnumConverter<T>()
    : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
