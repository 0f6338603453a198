using System.Collections.Immutable;
using Marketplace.Deliveries;

namespace Marketplace.Diagnostics;

/// <summary>What is known of the events on their way to the plugin.</summary>
/// <param name="Setup">What was decided: endpoint, parking.</param>
/// <param name="IsUsed">False for a plugin that pulls and never confirmed anything: it does without events.</param>
/// <param name="IsStopped">Nothing is delivered because the installation does not run; what waits is no fault of the deliveries.</param>
/// <param name="Backlog">Events between cursor and head.</param>
/// <param name="Waiting">Single events that wait for a further attempt.</param>
/// <param name="DeadLetters">Events that were given up.</param>
public sealed record DeliveryEvidence(DeliverySetup Setup, bool IsUsed, bool IsStopped, long Backlog, int Waiting, int DeadLetters)
{
    /// <summary>Of an installation that was never entitled to any event.</summary>
    public static DeliveryEvidence None { get; } = new(DeliverySetup.None, false, true, 0, 0, 0);

    /// <summary>Since when the endpoint is left alone because everything failed.</summary>
    public DateTimeOffset? BrokenSince { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the receiver last took something.</summary>
    public DateTimeOffset? LastAcknowledgedAt { get; init; }

    /// <summary>When the oldest event was accepted that is owed and not acknowledged.</summary>
    public DateTimeOffset? OldestOwedAt { get; init; }

    /// <summary>The events that were given up, by place in the feed.</summary>
    public ImmutableArray<DeadEvent> Dead { get; init; } = [];

    /// <summary>The error of the last failed attempt since the last success.</summary>
    public string? LastError { get; init; }

    /// <summary>Today's and yesterday's figures.</summary>
    public ImmutableArray<DeliveryFigures> Days { get; init; } = [];
}
