using Marketplace.Quotas;

namespace Marketplace.Sync.Delivery;

/// <summary>Decides whether an installation is owed an event. Pure, so that every reader of the feed comes to the same.</summary>
public static class DeliveryFilter
{
    /// <summary>The seller has not granted the scope that opens the event, or its term is over.</summary>
    public const string ScopeMissing = "scope-missing";

    /// <summary>The order was created before the sync window begins (R59).</summary>
    public const string OutsideWindow = "outside-sync-window";

    /// <summary>Why the event is withheld; null if it is owed.</summary>
    public static string? Withholds(Entitlement right, PluginEvent happened, DateTimeOffset now)
    {
        if (right.Judge(EventScopes.Of(happened.Type), now) is not null)
        {
            return ScopeMissing;
        }

        return right.SyncWindow is { } window && happened.OrderCreatedAt < now - window ? OutsideWindow : null;
    }

    /// <summary>Why nothing at all is delivered; null while the installation runs.</summary>
    /// <param name="right">What the installation may have; null if it was never enabled.</param>
    /// <param name="region">The region of this silo (R20, R21).</param>
    /// <param name="now">The instant.</param>
    public static Refusal? Stops(Entitlement? right, string region, DateTimeOffset now) => right switch
    {
        null => Marketplace.Installations.InstallationRefusals.NotFound(),
        { Stop: { } stop } => stop,
        _ when now >= right.ExpiresAt => Marketplace.Installations.InstallationRefusals.Expired(right.ExpiresAt),
        _ when right.Region != region => QuotaRefusals.Region(right.Region, region),
        _ => null,
    };
}
