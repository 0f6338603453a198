using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Deliveries;

/// <summary>Decides whether an installation is owed an event. Pure, so that every reader of the feed comes to the same.</summary>
public static class DeliveryFilter
{
    /// <summary>The seller has not granted the scope that opens the event, or its term is over.</summary>
    public const string ScopeMissing = "scope-missing";

    /// <summary>The order was created before the sync window begins (R59).</summary>
    public const string OutsideWindow = "outside-sync-window";

    /// <summary>It tells another installation of itself: neither owed nor withheld, and counted nowhere.</summary>
    public const string OtherInstallation = "other-installation";

    /// <summary>The plugin's endpoint does not want events of this type.</summary>
    public const string TypeNotWanted = "type-not-wanted";

    /// <summary>Why the event is not pushed to an endpoint; null if it is. A plugin that pulls gets every type.</summary>
    /// <param name="installation">From whom.</param>
    /// <param name="right">What it may have.</param>
    /// <param name="endpoint">Where to; null if nothing is pushed.</param>
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
    /// <param name="installation">From whom.</param>
    /// <param name="right">What it may have.</param>
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
    /// <param name="right">What the installation may have; null if it was never enabled.</param>
    /// <param name="region">The region of this silo (R20, R21).</param>
    /// <param name="now">The instant.</param>
    public static Refusal? Stops(Entitlement? right, string region, DateTimeOffset now) =>
        right switch
        {
            null => InstallationRefusals.NotFound(),
            { Stop: { } stop } => stop,
            _ when now >= right.ExpiresAt => InstallationRefusals.Expired(right.ExpiresAt),
            _ when right.Region != region => QuotaRefusals.Region(right.Region, region),
            _ => null,
        };

    /// <summary>
    /// True if lifecycle events may be sent, also while everything else is stopped: not from the region of another one (R20, R21).
    /// </summary>
    public static bool LetsLifecycle(Entitlement? right, string region) => right?.Region == region;
}
