using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Sellers;

namespace Marketplace.Catalogue;

/// <summary>
/// A shard of a plugin's sellers, so that a change of the plugin finds its installations; rows in the store. Key:
/// <see cref="PluginSellerShards"/>.
/// </summary>
[GrainInterfaceType("plugin-sellers"), Alias("mp.grain.plugin-sellers")]
public interface IPluginSellersGrain : IGrainWithStringKey
{
    /// <summary>Adds a seller that has, or is about to get, the plugin; returns after it is durable. Idempotent.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("add")]
    Task Add(SellerId seller);

    /// <summary>The next sellers of the shard, in ordinal order; empty at the end.</summary>
    /// <param name="after">The last seller of the previous page; null to begin.</param>
    [Alias("page")]
    Task<ImmutableArray<SellerId>> ReadPage(SellerId? after);
}

/// <summary>Assigns a plugin's sellers to shards. Must never change: stored sellers would not be found.</summary>
public static class PluginSellerShards
{
    private const int Count = 16;

    /// <summary>The grain keys of all shards of a plugin's sellers.</summary>
    public static IEnumerable<string> KeysOf(PluginId plugin) => Enumerable.Range(0, Count).Select(shard => Key(plugin, shard));

    /// <summary>The grain key of a seller's shard.</summary>
    public static string KeyOf(PluginId plugin, SellerId seller) =>
        Key(plugin, SHA256.HashData(Encoding.UTF8.GetBytes(seller.Value))[0] % Count);

    private static string Key(PluginId plugin, int shard) => FormattableString.Invariant($"plugin-sellers/{plugin}/{shard}");
}
