using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>
/// Which of several events that contradict each other wins: the table of docs/http-api.md, row by row, in either order of arrival.
/// </summary>
public sealed class ContradictoryEventsTests
{
    private const string TwoLines =
        """{"currency":"BRL","items":[{"line":1,"product_id":"p-1","quantity":3,"unit_price":10},{"line":2,"product_id":"p-2","quantity":1,"unit_price":4}]}""";

    private const string OneLine = """{"currency":"BRL","items":[{"line":1,"product_id":"p-9","quantity":1,"unit_price":7}]}""";

    private const string NoUnits = """{"currency":"BRL","items":[{"line":1,"product_id":"p-1","quantity":0,"unit_price":10}]}""";

    public static TheoryData<string, (string Type, string Data)[], string> Table { get; } =
        new()
        {
            {
                "cancelled and delivered",
                [(EventTypes.OrderCreated, TwoLines), (EventTypes.OrderCancelled, "{}"), (EventTypes.OrderDelivered, "{}")],
                "Cancelled; delivered; 3+1; 34"
            },
            {
                "delivered and cancelled",
                [(EventTypes.OrderCreated, TwoLines), (EventTypes.OrderDelivered, "{}"), (EventTypes.OrderCancelled, "{}")],
                "Cancelled; delivered; 3+1; 34"
            },
            { "two creations", [(EventTypes.OrderCreated, TwoLines), (EventTypes.OrderCreated, OneLine)], "Created; 1; 7" },
            {
                "cancelled twice",
                [
                    (EventTypes.OrderCreated, OneLine),
                    (EventTypes.OrderCancelled, """{"reason":"first"}"""),
                    (EventTypes.OrderCancelled, """{"reason":"second"}"""),
                ],
                "Cancelled first; 1; 7"
            },
            {
                "withdrawn",
                [
                    (EventTypes.OrderCreated, OneLine),
                    (EventTypes.OrderPaid, "{}"),
                    (EventTypes.OrderCancelled, "{}"),
                    (EventTypes.OrderUncancelled, "{}"),
                ],
                "Paid; 1; 7"
            },
            {
                "withdrawn before",
                [
                    (EventTypes.OrderCreated, OneLine),
                    (EventTypes.OrderUncancelled, "{}"),
                    (EventTypes.OrderCancelled, """{"reason":"again"}"""),
                ],
                "Cancelled again; 1; 7"
            },
            {
                "withdrawn and cancelled again",
                [
                    (EventTypes.OrderCreated, OneLine),
                    (EventTypes.OrderCancelled, """{"reason":"a"}"""),
                    (EventTypes.OrderUncancelled, "{}"),
                    (EventTypes.OrderCancelled, """{"reason":"b"}"""),
                ],
                "Cancelled b; 1; 7"
            },
            { "no units", [(EventTypes.OrderCreated, NoUnits)], "Created; 0; 0" },
            {
                "a line",
                [(EventTypes.OrderCreated, TwoLines), (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":2}]}""")],
                "Created; 1+1; 34"
            },
            {
                "a line twice",
                [
                    (EventTypes.OrderCreated, TwoLines),
                    (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":2}]}"""),
                    (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":1}]}"""),
                ],
                "Created; 2+1; 34"
            },
            {
                "more than there is",
                [(EventTypes.OrderCreated, TwoLines), (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":9}]}""")],
                "Created; 0+1; 34"
            },
            {
                "every line",
                [
                    (EventTypes.OrderCreated, TwoLines),
                    (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":3},{"line":2,"quantity":1}],"reason":"sold out"}"""),
                ],
                "Cancelled sold out; 0+0; 34"
            },
            {
                "every line, and one given back",
                [
                    (EventTypes.OrderCreated, TwoLines),
                    (EventTypes.OrderLinesCancelled, """{"lines":[{"line":1,"quantity":3},{"line":2,"quantity":1}]}"""),
                    (EventTypes.OrderLinesCancelled, """{"lines":[{"line":2,"quantity":0}]}"""),
                ],
                "Created; 0+1; 34"
            },
            {
                "a line that is not there",
                [(EventTypes.OrderCreated, OneLine), (EventTypes.OrderLinesCancelled, """{"lines":[{"line":5,"quantity":1}]}""")],
                "Created; 1; 7"
            },
        };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_wins_is_in_the_table(string row, (string Type, string Data)[] events, string expected)
    {
        var told = events
            .Select((@event, i) => Samples.Event(i + 1, @event.Type, "o-1", @event.Data, time: Samples.Now.AddMinutes(i - 60)))
            .ToArray();
        Assert.Equal((row, expected), (row, Replay(told)));

        // Whatever comes first: the instants decide.
        Assert.Equal((row, expected), (row, Replay([.. told.Reverse().Select((@event, i) => @event with { Seq = i + 1 })])));
    }

    private static string Replay(FeedEvent[] events)
    {
        var book = new SellerIndex();
        Array.ForEach(events, @event => book.Apply(@event));
        var order = book.GetOrder("o-1", null).Value!;
        var reason = order.CancelReason is { } why ? $" {why}" : string.Empty;
        var delivered = order.DeliveredAt is null ? string.Empty : "; delivered";
        return FormattableString.Invariant(
            $"{order.Status}{reason}{delivered}; {string.Join('+', order.Items.Select(item => item.ToShip()))}; {order.Total:0.##}"
        );
    }
}
