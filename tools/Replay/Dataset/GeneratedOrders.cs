using System.Globalization;

namespace Marketplace.Replay.Dataset;

/// <summary>
/// Generated orders for runs without files. Nothing is stored: each order is a function of seed, seller and number, so any count fits into
/// memory. Sellers share order numbers, as when one order has items of several sellers.
/// </summary>
internal sealed class GeneratedOrders : IDataset
{
    private readonly ulong _seed;
    private readonly Dictionary<string, (int Index, int Orders)> _sellers;

    public GeneratedOrders(int orders, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(orders);
        _seed = seed;
        Source = string.Create(CultureInfo.InvariantCulture, $"urn:marketplace:replay:generated-{seed}-{orders}");
        Sellers = Sizes(orders, string.Create(CultureInfo.InvariantCulture, $"gen{seed}-{orders}"));
        _sellers = Sellers.Select((size, index) => (size, index)).ToDictionary(x => x.size.Seller, x => (x.index, x.size.Orders));
        Description = string.Create(CultureInfo.InvariantCulture, $"{orders} made-up orders of {Sellers.Count} sellers, seed {seed}");
    }

    public string Source { get; }

    public string Description { get; }

    public IReadOnlyList<SellerSize> Sellers { get; }

    public IReadOnlyDictionary<string, int> Skipped { get; } = new Dictionary<string, int>();

    public IEnumerable<Order> OrdersOf(string seller)
    {
        if (!_sellers.TryGetValue(seller, out var size))
        {
            yield break;
        }

        for (var number = 0; number < size.Orders; number++)
        {
            yield return new MadeUpOrder(SplitMix.For(_seed, size.Index, number), Source, seller, number).Make();
        }
    }

    public IEnumerable<Product> ProductsOf(string seller) =>
        _sellers.ContainsKey(seller) ? Enumerable.Range(0, MadeUpOrder.Products).Select(MadeUpOrder.Product) : [];

    /// <summary>A few sellers have most of the orders: the n-th busiest has 1/n of the busiest's.</summary>
    private static SellerSize[] Sizes(int orders, string prefix)
    {
        var count = Math.Clamp(orders / 25, 1, 50_000);
        var weights = Enumerable.Range(1, count).Select(rank => 1.0 / rank).ToList();
        var whole = weights.Sum();
        var sizes = weights.Select(weight => Math.Max(1, (int)(orders * weight / whole))).ToList();
        sizes[0] += orders - sizes.Sum();
        return
        [
            .. sizes.Select(
                (size, index) => new SellerSize(string.Create(CultureInfo.InvariantCulture, $"{prefix}-s{index + 1:D5}"), size)
            ),
        ];
    }
}
