using System.Globalization;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Deliveries;

/// <summary>
/// Distributes the orders of many sellers over a few generated ones, so that any dataset fills any number of installations. Every run has
/// its own sellers, so that earlier runs do not interfere. An order keeps its content and gets an id that is unique within the new seller.
/// </summary>
internal sealed class DealtOrders : IDataset
{
    private readonly IDataset _of;
    private readonly Dictionary<string, List<string>> _hands = new(StringComparer.Ordinal);

    /// <exception cref="UsageException">There are fewer sellers than targets.</exception>
    public DealtOrders(IDataset of, int sellers)
    {
        if (of.Sellers.Count < sellers)
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the orders are of {of.Sellers.Count} sellers only: give more orders, or --installations {of.Sellers.Count}"
                )
            );
        }

        _of = of;
        var run = Guid.NewGuid().ToString("N")[..8];
        var names = Enumerable
            .Range(1, sellers)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"dealt-{run}-{number:D4}"))
            .ToList();
        Source = $"{of.Source}-dealt-{run}";
        Description = string.Create(CultureInfo.InvariantCulture, $"{of.Description}, dealt over {sellers} installations (run {run})");
        var orders = new int[sellers];
        for (var index = 0; index < of.Sellers.Count; index++)
        {
            Hand(names[index % sellers]).Add(of.Sellers[index].Seller);
            orders[index % sellers] += of.Sellers[index].Orders;
        }

        Sellers =
        [
            .. names
                .Select((name, index) => new SellerSize(name, orders[index]))
                .OrderByDescending(size => size.Orders)
                .ThenBy(size => size.Seller, StringComparer.Ordinal),
        ];
    }

    public string Source { get; }

    public string Description { get; }

    public IReadOnlyList<SellerSize> Sellers { get; }

    public IReadOnlyDictionary<string, int> Skipped => _of.Skipped;

    public IEnumerable<Order> OrdersOf(string seller) =>
        Hand(seller)
            .SelectMany(
                (origin, number) =>
                    _of.OrdersOf(origin)
                        .Select(order =>
                            order with
                            {
                                Seller = seller,
                                Id = string.Create(CultureInfo.InvariantCulture, $"{order.Id}-{number}"),
                            }
                        )
                        .DistinctBy(order => order.Id)
            );

    public IEnumerable<Product> ProductsOf(string seller) => Hand(seller).SelectMany(_of.ProductsOf).DistinctBy(product => product.Id);

    private List<string> Hand(string seller) => _hands.TryGetValue(seller, out var hand) ? hand : _hands[seller] = [];
}
