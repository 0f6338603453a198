using System.Globalization;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>A seller's search among its orders, and its counts of them.</summary>
public sealed class OrderSearchTests
{
    [Fact]
    public void Pages_of_a_search_are_newest_first_and_each_order_is_on_one()
    {
        var index = IndexOf(("A-1", At(0)), ("b-1", At(1)), ("a-2", At(2)), ("a-3", At(3)));

        var first = index.SearchOrders("A-", long.MaxValue, 2);
        index.Apply(Created(5, "a-4", At(4)));
        var second = index.SearchOrders("A-", first.Next!.Value, 2);

        Assert.Equal(["a-3", "a-2"], first.Items.Select(order => order.Id));
        Assert.Equal(["A-1"], second.Items.Select(order => order.Id));
        Assert.Null(second.Next);
        Assert.Equal(5, index.SearchOrders(null, long.MaxValue, 10).Items.Length);
        Assert.Empty(index.SearchOrders("c", long.MaxValue, 10).Items);
    }

    [Fact]
    public void Days_are_those_of_Shanghai_and_days_without_orders_count_none()
    {
        var index = IndexOf(
            ("o-1", Instant("2026-11-19T15:59:59Z")),
            ("o-2", Instant("2026-11-19T16:00:00Z")),
            ("o-3", Instant("2026-11-20T15:59:59Z")),
            ("o-4", Instant("2026-11-21T16:00:00Z"))
        );

        Assert.Equal([1, 2, 0], index.CountOrders(new(2026, 11, 19), new(2026, 11, 21)).Select(day => day.Orders));
    }

    [Fact]
    public void A_window_counts_both_sides_of_its_bound()
    {
        var index = IndexOf(("o-1", At(0)), ("o-2", At(1)), ("o-3", At(2)));

        Assert.Equal(new OrdersOfWindow(2, 1, At(1)), index.CountWindow(At(1)));
        Assert.Equal(new OrdersOfWindow(3, 0, At(0)), index.CountWindow(null));
        Assert.Equal(new OrdersOfWindow(0, 3, null), index.CountWindow(At(3)));
    }

    private static SellerIndex IndexOf(params (string Order, DateTimeOffset At)[] orders)
    {
        var index = new SellerIndex();
        foreach (var (order, at) in orders)
        {
            index.Apply(Created(index.Head + 1, order, at));
        }

        return index;
    }

    private static FeedEvent Created(long seq, string order, DateTimeOffset at) =>
        Samples.Event(seq, EventTypes.OrderCreated, order, Samples.CreatedData, time: at);

    private static DateTimeOffset At(int hour) => Samples.Now.AddDays(-1).AddHours(hour);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
