using System.Collections.Immutable;

namespace Marketplace.Orders;

/// <summary>How many orders were created on a day of business.</summary>
[GenerateSerializer, Immutable, Alias("mp.orders.day-count")]
public readonly record struct OrdersOfDay([property: Id(0)] DateOnly Day, [property: Id(1)] int Orders);

/// <summary>What a sync window would show a plugin (R59).</summary>
/// <param name="Inside">Orders that it would see.</param>
/// <param name="Outside">Orders that were created before.</param>
/// <param name="OldestInside">When the oldest order inside was created; null without any.</param>
[GenerateSerializer, Immutable, Alias("mp.orders.window-count")]
public readonly record struct OrdersOfWindow(
    [property: Id(0)] int Inside,
    [property: Id(1)] int Outside,
    [property: Id(2)] DateTimeOffset? OldestInside
);

/// <summary>What a seller asks of its own orders: search, and counts. Linear in the orders of the index, which is in memory.</summary>
internal static class OrderSearch
{
    /// <summary>Orders of which the id contains a text, the newest first, before a position.</summary>
    /// <param name="orders">By position, ascending.</param>
    /// <param name="text">Part of the id, in any case; null for all.</param>
    /// <param name="before">The position of the last order of the page before; <see cref="long.MaxValue"/> to begin.</param>
    /// <param name="limit">Maximum orders.</param>
    public static (List<OrderEntry> Orders, long? Next) Newest(List<OrderEntry> orders, string? text, long before, int limit)
    {
        var found = new List<OrderEntry>();
        for (var i = orders.Count - 1; i >= 0; i--)
        {
            if (orders[i].Position >= before || !(text is null || orders[i].Id.Contains(text, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (found.Count == limit)
            {
                return (found, found[^1].Position);
            }

            found.Add(orders[i]);
        }

        return (found, null);
    }

    /// <summary>Orders by day of creation, each day of the range once; days of business in Asia/Shanghai.</summary>
    public static ImmutableArray<OrdersOfDay> ByDay(List<OrderEntry> orders, DateOnly from, DateOnly to)
    {
        var calendar = MarketCalendar.Shanghai;
        var (start, end) = (calendar.StartOf(from), calendar.EndOf(to));
        var counts = new int[to.DayNumber - from.DayNumber + 1];
        foreach (var order in orders.Where(order => order.CreatedAt >= start && order.CreatedAt < end))
        {
            counts[calendar.DayOf(order.CreatedAt).DayNumber - from.DayNumber]++;
        }

        return [.. counts.Select((count, day) => new OrdersOfDay(from.AddDays(day), count))];
    }

    public static OrdersOfWindow Window(List<OrderEntry> orders, DateTimeOffset? visibleFrom)
    {
        var inside = orders.Where(order => !(order.CreatedAt < visibleFrom)).ToArray();
        return new OrdersOfWindow(
            inside.Length,
            orders.Count - inside.Length,
            inside.Length == 0 ? null : inside.Min(order => order.CreatedAt)
        );
    }
}
