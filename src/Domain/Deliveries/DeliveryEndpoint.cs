using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Deliveries;

/// <summary>Which events must not overtake each other.</summary>
public enum DeliveryOrdering
{
    /// <summary>Events of one order (or product) are sent one after the other; orders do not wait for each other.</summary>
    PerOrder,

    /// <summary>All events of the seller are sent one after the other.</summary>
    PerSeller,
}

/// <summary>Where and how a plugin receives its events.</summary>
/// <param name="Url">HTTPS, or in demo mode HTTP to loopback.</param>
/// <param name="Ordering">Which events must not overtake each other.</param>
/// <param name="BatchSize">Maximum events per request, 1–100; with 1 each is sent alone.</param>
/// <param name="TimeoutSeconds">Timeout for connecting and answering together, 1–30.</param>
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

    /// <summary>The subscribed event types, sorted, each once; empty for all. Other types are withheld.</summary>
    [Id(4)]
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>True if events of this type are pushed to it.</summary>
    public bool Wants(string type) => Types.IsDefaultOrEmpty || Types.Contains(type, StringComparer.Ordinal);

    // Arrays compare by reference: without this, setting an unchanged endpoint would be a change.
    public bool Equals(DeliveryEndpoint? other) =>
        other is not null
        && (Url, Ordering, BatchSize, TimeoutSeconds) == (other.Url, other.Ordering, other.BatchSize, other.TimeoutSeconds)
        && Known(Types).SequenceEqual(Known(other.Types));

    public override int GetHashCode() => HashCode.Combine(Url, Ordering, BatchSize, TimeoutSeconds, Known(Types).Length);

    // Endpoints stored before filters existed have none.
    private static ImmutableArray<string> Known(ImmutableArray<string> types) => types.IsDefault ? [] : types;
}

/// <summary>A secret for signing requests (v1); the host encrypts it before it gets here.</summary>
/// <param name="Id">Identifies it; not part of the secret.</param>
/// <param name="Sealed">The secret, encrypted.</param>
/// <param name="MadeAt">When it was created.</param>
/// <param name="RetiresAt">When it stops signing; null while it is the newest.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.secret")]
public sealed record EndpointSecret(
    [property: Id(0)] string Id,
    [property: Id(1)] string Sealed,
    [property: Id(2)] DateTimeOffset MadeAt,
    [property: Id(3)] DateTimeOffset? RetiresAt
);

/// <summary>Why deliveries are suspended although there is an endpoint. The backlog is kept.</summary>
/// <param name="Since">When it was parked.</param>
/// <param name="Reason">A code of <see cref="ParkReasons"/>.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.parking")]
public sealed record DeliveryParking([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string Reason)
{
    /// <summary>The revision of the plugin's endpoint when it was parked; 0 for the installation's own.</summary>
    [Id(2), JsonIgnore]
    public long Revision { get; init; }
}

/// <summary>Why an endpoint was parked, by code.</summary>
public static class ParkReasons
{
    /// <summary>The receiver answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>Nothing was delivered for the whole schedule, about three days.</summary>
    public const string Exhausted = "exhausted";

    /// <summary>Too many single events became dead letters.</summary>
    public const string TooManyDeadLetters = "too-many-dead-letters";
}

/// <summary>A requested redelivery (C5).</summary>
/// <param name="Id">Names the replay.</param>
/// <param name="FromSeq">First position in the feed; 1 for the beginning.</param>
/// <param name="ToSeq">Last position.</param>
/// <param name="OrderId">Only events of this order; null for all.</param>
/// <param name="DeadLettersOnly">Only dead letters.</param>
/// <param name="At">When it was requested.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.replay")]
public sealed record ReplayRequest(
    [property: Id(0)] string Id,
    [property: Id(1)] long FromSeq,
    [property: Id(2)] long ToSeq,
    [property: Id(3)] string? OrderId,
    [property: Id(4)] bool DeadLettersOnly,
    [property: Id(5)] DateTimeOffset At
);
