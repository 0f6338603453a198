using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Catalogue;

/// <summary>The sellers of plugins on either store.</summary>
internal sealed class PluginSellerRows(IStoreSql store) : IPluginSellers
{
    public Task Add(string shard, SellerId seller, CancellationToken cancellationToken) =>
        store.Write(
            ["INSERT INTO plugin_sellers (seller, shard) VALUES (@seller, @shard) ON CONFLICT (shard, seller) DO NOTHING"],
            cancellationToken,
            ("seller", seller.Value),
            ("shard", shard)
        );

    public async Task<IReadOnlyList<SellerId>> Read(string shard, SellerId? after, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            "SELECT seller FROM plugin_sellers WHERE shard = @shard AND seller > @after ORDER BY seller LIMIT @limit",
            static row => SellerId.Parse(row.GetString(0), null),
            cancellationToken,
            ("shard", shard),
            ("after", after?.Value ?? string.Empty),
            ("limit", limit)
        );
}
