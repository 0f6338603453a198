using Marketplace.Installations;

namespace Marketplace.Sellers;

/// <summary>Which usage alerts a seller gets; logged. Key: <c>notification-settings/{seller}</c>.</summary>
[GrainInterfaceType("notification-settings"), Alias("mp.grain.notification-settings")]
public interface INotificationSettingsGrain : IGrainWithStringKey
{
    /// <summary>The settings in force; the standard ones until the seller changes them.</summary>
    [Alias("get")]
    Task<NotificationSettings> Get(CancellationToken cancellationToken);

    /// <summary>Replaces the settings; a repeat of the operation id gets the first answer.</summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("set")]
    Task<Outcome<NotificationSettings>> Set(NotificationSettings settings, Initiator by, CancellationToken cancellationToken);
}
