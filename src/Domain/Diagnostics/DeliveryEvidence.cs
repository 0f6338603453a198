using System.Collections.Immutable;
using Marketplace.Deliveries;

namespace Marketplace.Diagnostics;

/// <summary>Evidence about the delivery of events to the plugin.</summary>
/// <param name="Setup">The settings: endpoint, parking.</param>
/// <param name="IsUsed">False for a plugin that pulls and never confirmed anything: it does not use events.</param>
/// <param name="IsStopped">
/// True if nothing is delivered because the installation is not running; the backlog is then no fault of deliveries.
/// </param>
/// <param name="Backlog">Events between the cursor and the head of the feed.</param>
/// <param name="Waiting">Events waiting for a retry.</param>
/// <param name="DeadLetters">Number of dead letters.</param>
public sealed record DeliveryEvidence(DeliverySetup Setup, bool IsUsed, bool IsStopped, long Backlog, int Waiting, int DeadLetters)
{
    /// <summary>Evidence of an installation that was never entitled to any event.</summary>
    public static DeliveryEvidence None { get; } = new(DeliverySetup.None, false, true, 0, 0, 0);

    /// <summary>Since when the endpoint is only probed because everything failed.</summary>
    public DateTimeOffset? BrokenSince { get; init; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the receiver last accepted an event.</summary>
    public DateTimeOffset? LastAcknowledgedAt { get; init; }

    /// <summary>When the feed accepted the oldest event that is owed and not acknowledged.</summary>
    public DateTimeOffset? OldestOwedAt { get; init; }

    /// <summary>Dead letters, by position in the feed.</summary>
    public ImmutableArray<DeadEvent> Dead { get; init; } = [];

    /// <summary>The error of the last failed attempt since the last success.</summary>
    public string? LastError { get; init; }

    /// <summary>Today's and yesterday's figures.</summary>
    public ImmutableArray<DeliveryFigures> Days { get; init; } = [];
}
