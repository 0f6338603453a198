using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Catalogue;

/// <summary>The sellers of plugins on either store.</summary>
internal sealed class PluginSellerRows(IStoreSql store) : IPluginSellers
{
    public Task Add(string shard, IReadOnlyCollection<SellerId> sellers, CancellationToken cancellationToken)
    {
        var rows = StoreSqlValues.NumberedRows(sellers.Count, "(@s#)");

        // SQLite takes ON CONFLICT after a SELECT only if that has a condition.
        var insert =
            $"INSERT INTO plugin_sellers (shard, seller) SELECT @shard, v.column1 FROM (VALUES {rows}) AS v WHERE true "
            + "ON CONFLICT (shard, seller) DO NOTHING";
        return store.Write(
            [insert],
            cancellationToken,
            [("shard", shard), .. StoreSqlValues.Numbered("s", sellers.Select(static seller => seller.Value))]
        );
    }

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
