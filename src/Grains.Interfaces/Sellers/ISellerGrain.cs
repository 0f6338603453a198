using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Sellers;

/// <summary>One seller and the index of its installations; logged. Key: <c>seller/{seller}</c>.</summary>
[GrainInterfaceType("seller"), Alias("mp.grain.seller")]
public interface ISellerGrain : IGrainWithStringKey
{
    /// <summary>The plugins the seller has ever enabled, in the order of their first enabling.</summary>
    [Alias("plugins")]
    Task<ImmutableArray<PluginId>> GetPlugins(CancellationToken cancellationToken);

    /// <summary>Records that the seller enabled a plugin; idempotent.</summary>
    [Alias("add-plugin")]
    Task AddPlugin(PluginId plugin, Initiator by, CancellationToken cancellationToken);

    /// <summary>The seller's enterprise and whether it is verified (R43); never null. Reads from the enterprise, changes nothing.</summary>
    [Alias("entity"), AlwaysInterleave]
    Task<EntityStatus> GetEntity(CancellationToken cancellationToken);

    /// <summary>
    /// Sets the seller's enterprise and adds the seller to its shops. Another enterprise can be named until the shop is under review or
    /// approved.
    /// </summary>
    [Alias("link-enterprise")]
    Task<Outcome<EnterpriseAnswer>> LinkEnterprise(Licence licence, Initiator by, CancellationToken cancellationToken);
}
