using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>The figures of one installation and day of business, the day on which the feed accepted the events.</summary>
/// <param name="Day">The day.</param>
/// <param name="Owed">Events that the installation should get.</param>
/// <param name="Acknowledged">Of these, accepted by the receiver.</param>
/// <param name="Late">Of these, acknowledged later than <see cref="Target"/> after they were accepted.</param>
/// <param name="Withheld">Events that are not owed: scope not granted, outside the sync window.</param>
/// <param name="FreshnessMean">From the event's own time to its acknowledgement, mean; null if nothing counts.</param>
/// <param name="FreshnessP95">95th percentile, at most some 10 % too high.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.figures")]
public sealed record DeliveryFigures(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] long Owed,
    [property: Id(2)] long Acknowledged,
    [property: Id(3)] long Late,
    [property: Id(4)] long Withheld,
    [property: Id(5)] TimeSpan? FreshnessMean,
    [property: Id(6)] TimeSpan? FreshnessP95
)
{
    /// <summary>R15: the maximum mean age of arriving events, and the deadline for an event to count as in time.</summary>
    public static TimeSpan Target { get; } = TimeSpan.FromHours(2.3);

    /// <summary>R13: the share that must arrive.</summary>
    public const decimal AccuracyTarget = 0.9997m;

    /// <summary>Owed and not acknowledged.</summary>
    public long Missing => Owed - Acknowledged;

    /// <summary>The share of owed events acknowledged in time; 1 if nothing is owed (R13).</summary>
    public decimal Accuracy => Owed == 0 ? 1m : (decimal)(Acknowledged - Late) / Owed;

    /// <summary>True if the oldest unacknowledged event is already late (<see cref="Target"/>).</summary>
    /// <param name="oldestOwedAt">When the feed accepted the oldest event that is owed and not acknowledged; null if there is none.</param>
    /// <param name="now">The instant.</param>
    public static bool IsOverdue(DateTimeOffset? oldestOwedAt, DateTimeOffset now) => now - oldestOwedAt > Target;

    /// <summary>
    /// The owed events that can be judged. An event in flight and not yet late is no error, or every current day would have some.
    /// </summary>
    /// <param name="overdue">True if an owed event is already late.</param>
    public long Due(bool overdue) => overdue ? Owed : Acknowledged;

    /// <summary>The share of <see cref="Due"/> acknowledged in time; 1 if there is nothing to judge.</summary>
    public decimal AccuracySoFar(bool overdue) => Due(overdue) is > 0 and var due ? (decimal)(Acknowledged - Late) / due : 1m;

    /// <summary>True if a target is missed and an alarm is due.</summary>
    /// <param name="overdue">True if an owed event is already late.</param>
    public bool Alarms(bool overdue) => AccuracySoFar(overdue) < AccuracyTarget || FreshnessMean > Target;
}

/// <summary>One day of one installation, with the missing events.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Missing">Owed and not acknowledged, in feed order; at most <see cref="MaxListed"/>.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.reconciliation")]
public sealed record Reconciliation([property: Id(0)] DeliveryFigures Figures, [property: Id(1)] ImmutableArray<MissingEvent> Missing)
{
    public const int MaxListed = 1_000;
}

/// <summary>An event that is owed and was not acknowledged.</summary>
/// <param name="Seq">Its position in the feed.</param>
/// <param name="MessageId">The id that receivers see.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="OrderId">The order; null for products.</param>
/// <param name="Why"><c>waiting</c> (not yet sent, or for a further attempt) or <c>dead</c>.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.missing")]
public sealed record MissingEvent(
    [property: Id(0)] long Seq,
    [property: Id(1)] string MessageId,
    [property: Id(2)] string Type,
    [property: Id(3)] string Subject,
    [property: Id(4)] string? OrderId,
    [property: Id(5)] string Why
);

/// <summary>A dead letter.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.dead-event")]
public sealed record DeadEvent(
    [property: Id(0)] long Seq,
    [property: Id(1)] string Key,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] int Attempts,
    [property: Id(4)] string Reason
);
