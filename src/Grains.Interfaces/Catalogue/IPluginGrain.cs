using Marketplace.Billing;
using Marketplace.Enforcement;
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

    /// <summary>
    /// Stops all installations of the plugin until the same notice is lifted; returns after it is durable. Idempotent; does nothing for an
    /// unknown plugin.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The block is unconfirmed; repeat it.</exception>
    [Alias("block")]
    Task Block(PluginBlocked block, Initiator by, CancellationToken cancellationToken);

    /// <summary>Ends the block of a notice; returns after it is durable. Idempotent.</summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat it.</exception>
    [Alias("unblock")]
    Task Unblock(PluginUnblocked unblock, Initiator by, CancellationToken cancellationToken);
}
