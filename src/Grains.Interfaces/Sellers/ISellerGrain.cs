using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;

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
}
