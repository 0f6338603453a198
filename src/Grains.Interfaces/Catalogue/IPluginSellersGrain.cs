using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Sellers;

namespace Marketplace.Catalogue;

/// <summary>
/// A share of the sellers that have a plugin, so that a change of the plugin finds its installations; snapshot. Key:
/// <see cref="PluginSellerShards"/>.
/// </summary>
[GrainInterfaceType("plugin-sellers")]
public interface IPluginSellersGrain : IGrainWithStringKey
{
    /// <summary>
    /// Notes that the seller has, or is about to have, the plugin, and returns when that is written down; a repeat changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not known to be written down.</exception>
    [Alias("add")]
    Task Add(SellerId seller);

    /// <summary>The next sellers of the share, in ordinal order; empty at the end.</summary>
    /// <param name="after">The last one known; null to begin.</param>
    [Alias("page")]
    Task<ImmutableArray<SellerId>> ReadPage(SellerId? after);
}

/// <summary>Which share of a plugin's sellers one is in. Fixed for ever: what is written down is found nowhere else.</summary>
public static class PluginSellerShards
{
    // Each share is written as a whole: at a hundred thousand sellers of one plugin, six thousand in each.
    private const int Count = 16;

    /// <summary>The grain keys of all shares of a plugin's sellers.</summary>
    public static IEnumerable<string> KeysOf(PluginId plugin) => Enumerable.Range(0, Count).Select(shard => Key(plugin, shard));

    /// <summary>The grain key of the share that a seller is in.</summary>
    public static string KeyOf(PluginId plugin, SellerId seller) =>
        Key(plugin, SHA256.HashData(Encoding.UTF8.GetBytes(seller.Value))[0] % Count);

    private static string Key(PluginId plugin, int shard) => FormattableString.Invariant($"plugin-sellers/{plugin}/{shard}");
}
