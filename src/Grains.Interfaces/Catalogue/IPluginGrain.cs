using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Catalogue;

/// <summary>One plugin's profile; logged. Key: <c>plugin/{plugin}</c>.</summary>
[GrainInterfaceType("plugin"), Alias("mp.grain.plugin")]
public interface IPluginGrain : IGrainWithStringKey
{
    /// <summary>The profile, or null for an unknown plugin.</summary>
    [Alias("get")]
    Task<PluginProfile?> Get(CancellationToken cancellationToken);

    /// <summary>Registers the plugin or replaces its profile; a repeat of the operation id changes nothing.</summary>
    [Alias("register")]
    Task Register(PluginProfile profile, Initiator by, CancellationToken cancellationToken);

    /// <summary>Announces prices from a day on (R52); a repeat of the operation id gets the first answer.</summary>
    /// <exception cref="StoreUnavailableException">The announcement is unconfirmed; repeat with the same operation id.</exception>
    [Alias("announce-prices")]
    Task<Outcome<PriceVersion>> AnnouncePrices(AnnouncePrices command, Initiator by, CancellationToken cancellationToken);
}
