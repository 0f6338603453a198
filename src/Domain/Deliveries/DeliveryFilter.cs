using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Deliveries;

/// <summary>Decides whether an installation is owed an event. Pure, so that every reader of the feed decides alike.</summary>
public static class DeliveryFilter
{
    /// <summary>The seller has not granted the scope for the event, or the grant has expired.</summary>
    public const string ScopeMissing = "scope-missing";

    /// <summary>The order was created before the start of the sync window (R59).</summary>
    public const string OutsideWindow = "outside-sync-window";

    /// <summary>It concerns another installation: neither owed nor withheld, and not counted.</summary>
    public const string OtherInstallation = "other-installation";

    /// <summary>The plugin's endpoint is not subscribed to events of this type.</summary>
    public const string TypeNotWanted = "type-not-wanted";

    /// <summary>Why the event is not pushed to an endpoint; null if it is. A pulling plugin gets every type.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="right">What it may receive.</param>
    /// <param name="endpoint">The endpoint; null if nothing is pushed.</param>
    /// <param name="event">The event.</param>
    /// <param name="now">The instant.</param>
    public static string? Withholds(
        InstallationId installation,
        Entitlement right,
        DeliveryEndpoint? endpoint,
        PluginEvent @event,
        DateTimeOffset now
    ) => Withholds(installation, right, @event, now) ?? (endpoint?.Wants(@event.Type) == false ? TypeNotWanted : null);

    /// <summary>Why the event is withheld; null if it is owed.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="right">What it may receive.</param>
    /// <param name="event">The event.</param>
    /// <param name="now">The instant.</param>
    public static string? Withholds(InstallationId installation, Entitlement right, PluginEvent @event, DateTimeOffset now)
    {
        if (@event.IsLifecycle)
        {
            return @event.IsFor(installation) ? null : OtherInstallation;
        }

        if (right.Judge(EventScopes.Of(@event.Type), now) is not null)
        {
            return ScopeMissing;
        }

        return right.SyncWindow is { } window && @event.OrderCreatedAt < now - window ? OutsideWindow : null;
    }

    /// <summary>Why nothing at all is delivered; null while the installation runs.</summary>
    /// <param name="right">The installation's entitlement; null if it was never enabled.</param>
    /// <param name="region">The region of this silo (R20, R21).</param>
    /// <param name="now">The instant.</param>
    public static Refusal? Stops(Entitlement? right, DataRegion region, DateTimeOffset now) =>
        right switch
        {
            null => InstallationRefusals.NotFound(),
            { Stop: { } stop } => stop,
            _ when now >= right.ExpiresAt => InstallationRefusals.Expired(right.ExpiresAt),
            _ when right.Region != region => QuotaRefusals.Region(right.Region, region),
            _ => null,
        };

    /// <summary>
    /// True if lifecycle events may be sent, even while everything else is stopped: never from another region than the installation's (R20,
    /// R21).
    /// </summary>
    public static bool LetsLifecycle(Entitlement? right, DataRegion region) => right?.Region == region;
}
