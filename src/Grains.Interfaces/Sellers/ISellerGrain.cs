using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Sellers;

/// <summary>One seller and the index of its installations; logged. Key: <c>seller/{seller}</c>.</summary>
[GrainInterfaceType("seller")]
public interface ISellerGrain : IGrainWithStringKey
{
    /// <summary>The plugins the seller has enabled at any time, in the order of their first enabling.</summary>
    [Alias("plugins")]
    Task<ImmutableArray<PluginId>> GetPlugins(CancellationToken cancellationToken);

    /// <summary>Notes that the seller enabled a plugin; a repeat changes nothing.</summary>
    [Alias("add-plugin")]
    Task AddPlugin(PluginId plugin, Initiator by, CancellationToken cancellationToken);

    /// <summary>The enterprise behind the seller and whether it is verified (R43); never null. Asks the enterprise, only reads.</summary>
    [Alias("entity"), AlwaysInterleave]
    Task<EntityStanding> GetEntity(CancellationToken cancellationToken);

    /// <summary>
    /// Names the enterprise behind the seller and makes the seller one of its shops. Another enterprise can be named until the shop is
    /// under review or approved.
    /// </summary>
    [Alias("link-enterprise")]
    Task<Outcome<EnterpriseAnswer>> LinkEnterprise(Licence licence, Initiator by, CancellationToken cancellationToken);
}
