using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Events;

/// <summary>
/// The events a marketplace would have sent about a seller, in order of their instants; equal instants follow an order's life cycle. Real
/// files contain orders shipped before they were approved, or even placed: they are sent in that order.
/// </summary>
internal static class Timeline
{
    public static List<SellerEvent> Of(IDataset dataset, string seller)
    {
        var events = dataset.ProductsOf(seller).Select(product => (SellerEvent)new SellerEvent.ProductUpdated(product)).ToList();
        foreach (var order in dataset.OrdersOf(seller))
        {
            events.AddRange(Of(order));
        }

        // List.Sort is not stable; OrderBy is, so equal runs send equal sequences.
        return [.. events.OrderBy(e => e.At.UtcTicks).ThenBy(e => e.Rank)];
    }

    private static IEnumerable<SellerEvent> Of(Order order)
    {
        yield return new SellerEvent.OrderCreated(order);
        (string Step, DateTimeOffset? At, int Rank)[] steps =
        [
            ("paid", order.Times.Paid, 2),
            ("shipped", order.Times.Shipped, 3),
            ("delivered", order.Times.Delivered, 5),
            ("cancelled", order.Times.Cancelled, 6),
        ];
        foreach (var (step, at, rank) in steps)
        {
            if (at is { } instant)
            {
                yield return new SellerEvent.OrderStep(order, step, instant, rank);
            }
        }

        for (var number = 0; number < (order.Waybill?.Points.Count ?? 0); number++)
        {
            yield return new SellerEvent.Tracked(order, order.Waybill!.Points[number], number + 1);
        }
    }
}
