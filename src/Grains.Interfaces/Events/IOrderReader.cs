using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>
/// The call path's access to single orders. One that the seller's feed has published in this process is read without a grain call.
/// </summary>
public interface IOrderReader
{
    /// <summary>One order, unless it was created before <paramref name="visibleFrom"/> (R59).</summary>
    /// <exception cref="StoreUnavailableException">The order is not in memory and cannot be loaded now.</exception>
    ValueTask<Outcome<OrderView>> GetOrder(
        SellerId seller,
        string orderId,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    );
}
