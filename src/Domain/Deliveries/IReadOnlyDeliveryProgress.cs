using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>The part of <see cref="DeliveryProgress"/> that changes nothing, for everyone but its owner.</summary>
public interface IReadOnlyDeliveryProgress
{
    /// <summary>The enablement it belongs to.</summary>
    DateTimeOffset EnabledAt { get; }

    /// <summary>Events after this position are owed.</summary>
    long Since { get; }

    /// <summary>Everything up to here is acknowledged, withheld, waiting for a retry, or a dead letter.</summary>
    long Cursor { get; }

    /// <summary>Events that wait for a retry, or behind another of their key.</summary>
    IReadOnlyCollection<WaitingEvent> Waiting { get; }

    /// <summary>Dead letters not delivered since.</summary>
    IReadOnlyCollection<DeadEvent> Dead { get; }

    /// <summary>Since when the breaker is open; null while it is closed.</summary>
    DateTimeOffset? BrokenSince { get; }

    /// <summary>When the receiver last accepted an event.</summary>
    DateTimeOffset? LastAcknowledgedAt { get; }

    /// <summary>The error of the last failed attempt since the last success.</summary>
    string? LastError { get; }

    /// <summary>Since when the receiver has postponed attempts without accepting any; null if it does not.</summary>
    DateTimeOffset? ThrottledSince { get; }

    /// <summary>The last days' figures.</summary>
    IReadOnlyList<DeliveryFigures> Figures { get; }

    /// <summary>Figures of a day; null if it has none.</summary>
    DeliveryFigures? FiguresOf(DateOnly day);

    /// <summary>True for a lifecycle event beyond the cursor that is being sent, or was sent, while the installation is stopped.</summary>
    bool IsSentAhead(PluginEvent @event);

    /// <summary>When the next waiting event becomes due; null if none will.</summary>
    DateTimeOffset? NextDue(DeliveryOrdering ordering);

    /// <summary>Like <see cref="NextDue"/>, while the installation is stopped.</summary>
    DateTimeOffset? NextLifecycleDue(DeliveryOrdering ordering);
}
