using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.EventSourcing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// One installation's deliveries in memory: setup, entitlement and progress. Only the <see cref="DeliveryLoop"/> changes it; everyone else
/// gets it as <see cref="IDeliveryState"/>.
/// </summary>
/// <param name="id">The installation.</param>
/// <param name="own">The installation's own setup, logged.</param>
/// <param name="progress">The progress, as stored.</param>
/// <param name="region">The region of this process.</param>
/// <param name="schemas">The schema versions.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryState(
    InstallationId id,
    EventSourcedEntity<DeliverySetup> own,
    DeliveryProgress progress,
    DataRegion region,
    SchemaVersions schemas,
    TimeProvider time
) : IDeliveryState
{
    public InstallationId Id => id;

    public Entitlement? Entitlement { get; private set; }

    /// <summary>The plugin's endpoint for all its installations.</summary>
    public PluginWebhook Shared { get; private set; } = PluginWebhook.None;

    public DeliverySetup Setup => own.State.With(Shared);

    public DeliveryEndpoint? Endpoint =>
        Setup is { Parking: null } setup && (!IsStopped || DeliveryFilter.LetsLifecycle(Entitlement, region)) ? setup.Endpoint : null;

    public bool IsStopped => StopAt(time.GetUtcNow()) is not null;

    public DeliveryProgress Progress => progress;

    IReadOnlyDeliveryProgress IDeliveryState.Progress => progress;

    public bool NeedsInitialization => Entitlement is { } current && progress.EnabledAt != current.EnabledAt;

    public DateTimeOffset? NextDue =>
        Endpoint is not { } endpoint ? null
        : IsStopped ? progress.NextLifecycleDue(endpoint.Ordering)
        : progress.NextDue(endpoint.Ordering);

    public Refusal? StopAt(DateTimeOffset now) => DeliveryFilter.Stops(Entitlement, region, now);

    public string SchemaAt(DateTimeOffset now) => schemas.ServedTo(Entitlement?.Schema, now);

    public bool IsOwed(PluginEvent @event, DateTimeOffset now) =>
        Entitlement is { } current && @event.Seq > progress.Since && DeliveryFilter.Withholds(id, current, @event, now) is null;

    public bool IsAhead(PluginEvent @event, DateTimeOffset now) => IsOwed(@event, now) && !progress.IsSentAhead(@event);

    public bool IsAwaited(PluginEvent @event, DateTimeOffset now) => IsAhead(@event, now) && Setup.Endpoint?.Wants(@event.Type) != false;

    /// <summary>Replaces the entitlement, unless it is an older one.</summary>
    /// <returns>True if it was replaced.</returns>
    public bool Apply(Entitlement entitlement)
    {
        if (Entitlement is { } known && entitlement.Version < known.Version)
        {
            return false;
        }

        Entitlement = entitlement;

        // Events read ahead were judged by the entitlement before.
        progress.Reread();
        return true;
    }

    /// <summary>Replaces the plugin's endpoint by a newer one.</summary>
    /// <returns>True if it was replaced.</returns>
    public bool Apply(PluginWebhook webhook)
    {
        if (webhook.Version <= Shared.Version)
        {
            return false;
        }

        Shared = webhook;
        SwitchEndpoint();
        return true;
    }

    /// <summary>Continues with the endpoint in force, if it is another one than before; written with the next row.</summary>
    /// <returns>True if it is another one.</returns>
    public bool SwitchEndpoint() =>
        Setup is { Endpoint: not null } setup && progress.SwitchEndpoint(setup.SharedRevision ?? 0, time.GetUtcNow());
}
