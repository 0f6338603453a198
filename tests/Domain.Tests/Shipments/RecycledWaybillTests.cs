using System.Text.Json;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Shipments;

/// <summary>Carriers use the numbers of waybills again.</summary>
public sealed class RecycledWaybillTests
{
    private static readonly string[] Orders = ["old", "new"];

    [Theory]
    [InlineData(40, EventTypes.OrderDelivered, true)]
    [InlineData(40, EventTypes.OrderCancelled, true)]
    [InlineData(40, EventTypes.OrderReturned, true)]
    [InlineData(40, EventTypes.OrderShipped, false)]
    [InlineData(20, EventTypes.OrderDelivered, false)]
    [InlineData(200, EventTypes.OrderShipped, true)]
    public void A_number_that_has_rested_may_be_written_to_another_order_if_its_own_is_over(int days, string last, bool isFree)
    {
        var book = IndexOf(days, last);

        var decision = PluginWriteRules.Decide(book, Samples.Command(new PluginWrite.TrackOrder("new", "t-1", "sf")), Samples.Now);

        Assert.Equal(isFree ? null : SyncRefusals.OrderStateConflict, decision.Refusal?.Code);
        if (decision.Value is WriteDecision.NewEvent written)
        {
            book.Apply(written.Event.At(Samples.Seller, book.Head + 1, Samples.Now));
            var track = book.GetTracking("t-1", null).Value!;
            Assert.Equal(("new", "sf"), (track.OrderId, track.Carrier));
            Assert.Empty(track.Points);
            Assert.Equal([new Waybill("t-1", "correios")], book.GetOrder("old", null).Value!.Tracking);
            Assert.Equal([new Waybill("t-1", "sf")], book.GetOrder("new", null).Value!.Tracking);
        }
    }

    [Fact]
    public void Points_of_the_new_parcel_are_not_those_of_the_old_one_also_if_they_come_first()
    {
        var old = Point(1, "old", "delivered", 40);
        FeedEvent[] events = [old, Point(2, "new", "label created", 2), Point(3, "new", "moving", 1)];
        foreach (var order in new[] { events, [.. events.Reverse()] })
        {
            var book = new SellerIndex();
            Array.ForEach(Orders, id => book.Apply(Samples.Event(book.Head + 10, EventTypes.OrderCreated, id, Samples.CreatedData)));
            foreach (var @event in order)
            {
                book.Apply(@event);
            }

            var track = book.GetTracking("t-1", null).Value!;
            Assert.Equal("new", track.OrderId);
            Assert.Equal(["label created", "moving"], track.Points.Select(point => point.Status));
        }
    }

    [Fact]
    public void A_parcel_that_is_long_under_way_stays_one_parcel()
    {
        var book = IndexOf(40, EventTypes.OrderShipped);
        book.Apply(Point(book.Head + 1, "old", "found again", 0));

        var track = book.GetTracking("t-1", null).Value!;
        Assert.Equal("old", track.OrderId);
        Assert.Equal(["arrived", "found again"], track.Points.Select(point => point.Status));
    }

    /// <summary>An order of long ago with a waybill, and a new one.</summary>
    private static SellerIndex IndexOf(int days, string last)
    {
        var book = new SellerIndex();
        var then = Samples.Now.AddDays(-days);
        book.Apply(Samples.Event(1, EventTypes.OrderCreated, "old", Samples.CreatedData, time: then.AddDays(-10)));
        book.Apply(Point(2, "old", "arrived", days));
        book.Apply(Samples.Event(3, last, "old", time: then));
        book.Apply(Samples.Event(4, EventTypes.OrderCreated, "new", Samples.CreatedData, time: Samples.Now.AddHours(-1)));
        return book;
    }

    private static FeedEvent Point(long seq, string order, string status, int days) =>
        Samples.Event(
            seq,
            EventTypes.TrackUpdated,
            "t-1",
            JsonSerializer.Serialize(
                new
                {
                    order_id = order,
                    status,
                    carrier = order == "old" ? "correios" : null,
                }
            ),
            time: Samples.Now.AddDays(-days)
        );
}
