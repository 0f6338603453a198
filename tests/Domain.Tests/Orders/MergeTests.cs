using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>Merging orders of one buyer, and undoing it.</summary>
public sealed class MergeTests
{
    private static readonly BuyerMark Other = new(1, 8);
    private static readonly BuyerMark OtherKey = new(2, 7);

    [Fact]
    public void Orders_of_different_buyers_at_one_place_are_refused()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Other));

        var refusal = Decide(book, Merge("o-1", "o-2")).Refusal!;

        Assert.Equal(SyncRefusals.MergeBuyersDiffer, refusal.Code);
        Assert.Equal(("o-1", "o-2"), (refusal.Evidence!["order"], refusal.Evidence["other"]));
    }

    [Fact]
    public void An_order_whose_buyer_nobody_can_compare_is_refused_by_name()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", OtherKey));
        book.Apply(Samples.Event(3, EventTypes.OrderCreated, "o-3", Samples.CreatedData) with { Sealed = new byte[] { 9, 9 } });

        Assert.Equal((SyncRefusals.MergeBuyerUnknown, "o-3"), CodeAndOrder(Decide(book, Merge("o-1", "o-3"))));
        Assert.Equal((SyncRefusals.MergeBuyerUnknown, "o-3"), CodeAndOrder(Decide(book, Merge("o-3", "o-1"))));
        Assert.Equal((SyncRefusals.MergeBuyerUnknown, "o-2"), CodeAndOrder(Decide(book, Merge("o-1", "o-2"))));
    }

    [Fact]
    public void The_buyer_is_that_of_the_content_which_the_order_shows()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Samples.Buyer));
        book.Apply(Samples.Event(3, EventTypes.OrderCreated, "o-2", Samples.CreatedData, time: Samples.Now.AddMinutes(1), mark: Other));
        Assert.Equal(SyncRefusals.MergeBuyersDiffer, Decide(book, Merge("o-1", "o-2")).Refusal?.Code);

        book.Apply(
            Samples.Event(4, EventTypes.OrderCreated, "o-2", Samples.CreatedData, time: Samples.Now.AddMinutes(-1), mark: Samples.Buyer)
        );
        Assert.Equal(SyncRefusals.MergeBuyersDiffer, Decide(book, Merge("o-1", "o-2")).Refusal?.Code);
    }

    [Fact]
    public void Undoing_a_merge_leaves_the_orders_as_they_were_before()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Samples.Buyer), ("o-3", Samples.Buyer));
        var before = Samples.Shown(book);
        Write(book, Merge("o-1", "o-2"), "w-1");
        Write(book, Merge("o-2", "o-3"), "w-2");
        Assert.Equal(["o-2", "o-3"], book.GetOrder("o-1", null).Value!.MergedWith);

        var undone = Write(book, new PluginWrite.UnmergeOrders("o-3"), "w-3");

        Assert.Equal(EventTypes.OrderUnmerged, undone.Type);
        Assert.Equal(["o-1", "o-2"], ((EventContent.OrderUnmerged)EventContents.Decode(undone.Type, undone.Data)!).With);
        Assert.Equal(before, Samples.Shown(book));
        Assert.Equal(new WriteDecision.KnownFact("w-3", undone.Seq), Decide(book, new PluginWrite.UnmergeOrders("o-3"), "w-3").Value);
        Assert.Equal(SyncRefusals.OrderStateConflict, Decide(book, new PluginWrite.UnmergeOrders("o-1")).Refusal?.Code);

        // And they can be merged again, and split again.
        Assert.NotNull(Decide(book, Samples.Split("o-1", [(1, 3)], [(2, 1)])).Value);
        Write(book, Merge("o-1", "o-3"), "w-4");
        Assert.Equal(["o-3"], book.GetOrder("o-1", null).Value!.MergedWith);
    }

    [Fact]
    public void What_is_on_its_way_as_one_parcel_is_not_taken_apart()
    {
        var shipped = Merged();
        shipped.Apply(Samples.Event(9, EventTypes.OrderShipped, "o-2"));
        Assert.Contains("on its way", Decide(shipped, new PluginWrite.UnmergeOrders("o-1")).Refusal!.Reason, StringComparison.Ordinal);

        var tracked = Merged();
        Write(tracked, new PluginWrite.TrackOrder("o-2", "t-1", null), "w-2");
        Assert.Contains("waybill", Decide(tracked, new PluginWrite.UnmergeOrders("o-1")).Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_waybill_from_before_the_merge_or_a_cancelled_order_is_no_obstacle()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Samples.Buyer));
        Write(book, new PluginWrite.TrackOrder("o-1", "t-1", null), "w-0");
        Write(book, Merge("o-1", "o-2"), "w-1", Samples.Now.AddMinutes(1));
        book.Apply(Samples.Event(9, EventTypes.OrderCancelled, "o-2", time: Samples.Now.AddMinutes(2)));

        Assert.NotNull(Decide(book, new PluginWrite.UnmergeOrders("o-1")).Value);
    }

    [Fact]
    public void An_order_outside_the_sync_window_is_neither_merged_nor_taken_apart()
    {
        var book = IndexOf(("o-1", Samples.Buyer));
        book.Apply(Samples.Event(2, EventTypes.OrderCreated, "o-2", Samples.CreatedData, time: Samples.Now.AddDays(-3)));
        Write(book, Merge("o-1", "o-2"), "w-1");

        var command = Samples.Command(new PluginWrite.UnmergeOrders("o-1"), "w-2", Samples.Now.AddDays(-1));

        Assert.Equal(SyncRefusals.OutsideSyncWindow, PluginWriteRules.Decide(book, command, Samples.Now).Refusal?.Code);
    }

    [Fact]
    public void Merges_and_their_undoing_count_by_their_instants_whatever_comes_first()
    {
        var merged = Event("m", EventTypes.OrderMerged, new EventContent.OrderMerged(["o-2"]), 0);
        var undone = Event("u", EventTypes.OrderUnmerged, new EventContent.OrderUnmerged(["o-2"]), 1);
        var again = Event("a", EventTypes.OrderMerged, new EventContent.OrderMerged(["o-3"]), 2);
        foreach (
            var order in new[]
            {
                [merged, undone, again],
                [again, undone, merged],
                [undone, merged, again],
                new[] { undone, again, merged },
            }
        )
        {
            var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Samples.Buyer), ("o-3", Samples.Buyer));
            Array.ForEach(order, @event => book.Apply(@event with { Seq = book.Head + 1 }));
            Assert.Equal(["o-3"], book.GetOrder("o-1", null).Value!.MergedWith);
            Assert.Empty(book.GetOrder("o-2", null).Value!.MergedWith);
        }
    }

    private static FeedEvent Event(string id, string type, EventContent content, int minute) =>
        new(
            Samples.Seller,
            1,
            "urn:test",
            id,
            type,
            "o-1",
            Samples.Now.AddMinutes(minute),
            Samples.Now,
            EventContents.Encode(content),
            default
        );

    private static SellerIndex Merged()
    {
        var book = IndexOf(("o-1", Samples.Buyer), ("o-2", Samples.Buyer));
        Write(book, Merge("o-1", "o-2"), "w-1");
        return book;
    }

    private static SellerIndex IndexOf(params (string Order, BuyerMark Mark)[] orders)
    {
        var book = new SellerIndex();
        Array.ForEach(orders, order =>
            book.Apply(Samples.Event(book.Head + 1, EventTypes.OrderCreated, order.Order, Samples.CreatedData, mark: order.Mark))
        );
        return book;
    }

    private static PluginWrite.MergeOrders Merge(string order, params string[] with) => new(order, [.. with]);

    private static Outcome<WriteDecision> Decide(SellerIndex book, PluginWrite write, string id = "w-9") =>
        PluginWriteRules.Decide(book, Samples.Command(write, id), Samples.Now);

    private static FeedEvent Write(SellerIndex book, PluginWrite write, string id, DateTimeOffset? at = null)
    {
        var decided = (WriteDecision.NewEvent)PluginWriteRules.Decide(book, Samples.Command(write, id), at ?? Samples.Now).Value!;
        var @event = decided.Event.At(Samples.Seller, book.Head + 1, Samples.Now);
        book.Apply(@event);
        return @event;
    }

    private static (string, string) CodeAndOrder(Outcome<WriteDecision> outcome) =>
        (outcome.Refusal!.Code, outcome.Refusal.Evidence!["order"]);
}
