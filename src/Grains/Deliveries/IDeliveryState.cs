using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>The state of one installation's deliveries for everyone but the loop: it can be read between the loop's steps.</summary>
internal interface IDeliveryState
{
    InstallationId Id { get; }

    /// <summary>Null if the installation was never entitled to deliveries.</summary>
    Entitlement? Entitlement { get; }

    /// <summary>The setup in force: the installation's own endpoint, else the plugin's.</summary>
    DeliverySetup Setup { get; }

    /// <summary>Where to send; null while nothing at all may be sent: no endpoint, or parked.</summary>
    DeliveryEndpoint? Endpoint { get; }

    /// <summary>True while the installation is stopped: then only lifecycle events are sent.</summary>
    bool IsStopped { get; }

    IReadOnlyDeliveryProgress Progress { get; }

    /// <summary>True until the position is known from which this enablement is owed events.</summary>
    bool NeedsInitialization { get; }

    /// <summary>When something that waits is due next; null if nothing is.</summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>Why nothing is delivered; null while the installation runs.</summary>
    Refusal? StopAt(DateTimeOffset now);

    /// <summary>The schema version to render in.</summary>
    string SchemaAt(DateTimeOffset now);

    /// <summary>True for an event that this enablement is owed, whether pushed, pulled, live or in a replay.</summary>
    bool IsOwed(PluginEvent @event, DateTimeOffset now);

    /// <summary>True for an owed event that was not already sent while the installation was stopped.</summary>
    bool IsAhead(PluginEvent @event, DateTimeOffset now);

    /// <summary>True for an event that waits to be delivered: ahead, and where it is pushed, of a type that the endpoint wants.</summary>
    bool IsAwaited(PluginEvent @event, DateTimeOffset now);
}
