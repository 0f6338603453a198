using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Deliveries;

/// <summary>What must not overtake what.</summary>
public enum DeliveryOrdering
{
    /// <summary>Events of one order (or product) come one after the other; orders do not wait for each other.</summary>
    PerOrder,

    /// <summary>All events of the seller come one after the other.</summary>
    PerSeller,
}

/// <summary>Where and how a plugin wants its events.</summary>
/// <param name="Url">HTTPS, or in demo mode HTTP to loopback.</param>
/// <param name="Ordering">What must not overtake what.</param>
/// <param name="BatchSize">Events of one request at most, 1–100; with 1 each goes alone.</param>
/// <param name="TimeoutSeconds">For connecting and answering together, 1–30.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.endpoint")]
public sealed record DeliveryEndpoint(
    [property: Id(0)] Uri Url,
    [property: Id(1)] DeliveryOrdering Ordering,
    [property: Id(2)] int BatchSize,
    [property: Id(3)] int TimeoutSeconds
)
{
    public const int MaxBatchSize = 100;
    public const int MaxTimeoutSeconds = 30;
    public const int DefaultTimeoutSeconds = 5;
    public const int MaxUrlLength = 2_048;

    /// <summary>The event types it wants, sorted, each once; empty for all. Others are withheld.</summary>
    [Id(4)]
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>True if events of this type are pushed to it.</summary>
    public bool Wants(string type) => Types.IsDefaultOrEmpty || Types.Contains(type, StringComparer.Ordinal);

    // An array equals only itself: without this, naming an endpoint as it is would be a change.
    public bool Equals(DeliveryEndpoint? other) =>
        other is not null
        && (Url, Ordering, BatchSize, TimeoutSeconds) == (other.Url, other.Ordering, other.BatchSize, other.TimeoutSeconds)
        && Known(Types).SequenceEqual(Known(other.Types));

    public override int GetHashCode() => HashCode.Combine(Url, Ordering, BatchSize, TimeoutSeconds, Known(Types).Length);

    // What was written before there was a filter has none.
    private static ImmutableArray<string> Known(ImmutableArray<string> types) => types.IsDefault ? [] : types;
}

/// <summary>A secret that requests are signed with (v1); sealed by the host before it comes here.</summary>
/// <param name="Id">Names it; no part of the secret.</param>
/// <param name="Sealed">The secret, encrypted.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="RetiresAt">From when on it signs no more; null while it is the newest.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.secret")]
public sealed record EndpointSecret(
    [property: Id(0)] string Id,
    [property: Id(1)] string Sealed,
    [property: Id(2)] DateTimeOffset MadeAt,
    [property: Id(3)] DateTimeOffset? RetiresAt
);

/// <summary>Why deliveries stand still although there is an endpoint. The backlog is kept.</summary>
/// <param name="Since">When it was parked.</param>
/// <param name="Reason">A code of <see cref="ParkReasons"/>.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.parking")]
public sealed record DeliveryParking([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string Reason)
{
    /// <summary>The revision of the plugin's endpoint at which it was parked; 0 for the installation's own.</summary>
    [Id(2), JsonIgnore]
    public long Revision { get; init; }
}

/// <summary>Why an endpoint was parked, by code.</summary>
public static class ParkReasons
{
    /// <summary>The receiver answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>Nothing went through for the whole schedule, about three days.</summary>
    public const string Exhausted = "exhausted";

    /// <summary>Too many single events were given up.</summary>
    public const string TooManyDeadLetters = "too-many-dead-letters";
}

/// <summary>What is delivered again at somebody's wish (C5).</summary>
/// <param name="Id">Names the replay.</param>
/// <param name="FromSeq">First place in the feed; 1 for the beginning.</param>
/// <param name="ToSeq">Last place.</param>
/// <param name="OrderId">Only events of this order; null for all.</param>
/// <param name="DeadLettersOnly">Only what was given up before.</param>
/// <param name="At">When it was asked for.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.replay")]
public sealed record ReplayRequest(
    [property: Id(0)] string Id,
    [property: Id(1)] long FromSeq,
    [property: Id(2)] long ToSeq,
    [property: Id(3)] string? OrderId,
    [property: Id(4)] bool DeadLettersOnly,
    [property: Id(5)] DateTimeOffset At
);
