using System.Collections.Concurrent;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;

namespace Marketplace.StoreFakes;

/// <summary>Sellers of plugins in memory.</summary>
public sealed class InMemoryPluginSellers : IPluginSellers
{
    private readonly ConcurrentDictionary<(string Shard, string Seller), bool> _sellers = new();

    public Task Add(string shard, IReadOnlyCollection<SellerId> sellers, CancellationToken cancellationToken)
    {
        foreach (var seller in sellers)
        {
            _sellers[(shard, seller.Value)] = true;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SellerId>> Read(string shard, SellerId? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SellerId>>([
            .. _sellers
                .Keys.Where(key => key.Shard == shard && string.CompareOrdinal(key.Seller, after?.Value ?? string.Empty) > 0)
                .Select(key => key.Seller)
                .Order(StringComparer.Ordinal)
                .Take(limit)
                .Select(seller => SellerId.Parse(seller, null)),
        ]);
}
