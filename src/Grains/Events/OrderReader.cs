using System.Collections.Concurrent;
using Marketplace.Events;
using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Grains.Events;

/// <summary>Reads an order from the views that its feed grain publishes in this silo, or else calls the grain.</summary>
internal sealed class OrderReader(PublishedOrders published, IGrainFactory grains) : IOrderReader
{
    public ValueTask<Outcome<OrderView>> GetOrder(
        SellerId seller,
        string orderId,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    ) =>
        published.TryGet(seller, orderId, visibleFrom, out var order)
            ? new(order)
            : new(grains.GetFeed(seller).GetOrder(orderId, visibleFrom, cancellationToken));
}

/// <summary>The views that the feed grains of this silo keep, by seller.</summary>
internal sealed class PublishedOrders
{
    private readonly ConcurrentDictionary<SellerId, OrderViews> _sellers = new();

    public bool TryGet(SellerId seller, string orderId, DateTimeOffset? visibleFrom, out Outcome<OrderView> order)
    {
        order = default;
        return _sellers.TryGetValue(seller, out var views) && views.TryGet(orderId, visibleFrom, out order);
    }

    public void Publish(SellerId seller, OrderViews views) => _sellers[seller] = views;

    /// <summary>Removes a seller's views, unless those of a newer activation have replaced them.</summary>
    public void Withdraw(SellerId seller, OrderViews views) => _sellers.TryRemove(new KeyValuePair<SellerId, OrderViews>(seller, views));
}
