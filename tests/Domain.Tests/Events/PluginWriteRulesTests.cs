using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

public sealed class PluginWriteRulesTests
{
    private static readonly (string, string, string) Created = (EventTypes.OrderCreated, "o-1", Samples.CreatedData);
    private static readonly (string, string, string) Second = (EventTypes.OrderCreated, "o-2", Samples.CreatedData);
    private static readonly (string, string, string) Elsewhere = (
        EventTypes.OrderCreated,
        "o-3",
        Samples.CreatedData.Replace("\"SP\"", "\"RJ\"", StringComparison.Ordinal)
    );
    private static readonly (string, string, string) Shipped = (EventTypes.OrderShipped, "o-1", "{}");
    private static readonly (string, string, string) Cancelled = (EventTypes.OrderCancelled, "o-1", "{}");
    private static readonly (string, string, string) Product = (
        EventTypes.ProductUpdated,
        "p-1",
        """{"title":"Lamp","price":10,"attributes":{"colour":"red","size":"L"}}"""
    );

    [Fact]
    public void An_order_that_was_paid_before_it_was_created_shows_once_it_is_created()
    {
        var book = Samples.IndexOf((EventTypes.OrderPaid, "o-1", "{}"));
        Assert.Equal(SyncRefusals.OrderNotFound, book.GetOrder("o-1", null).Refusal?.Code);
        Assert.Equal(1, book.Health(null).AwaitingCreation);

        book.Apply(Samples.Event(2, EventTypes.OrderCreated, "o-1", Samples.CreatedData));
        var order = book.GetOrder("o-1", null).Value!;
        Assert.Equal((OrderStatus.Paid, 2, 2, 37.5m), (order.Status, order.Version, order.UpdatedSeq, order.Total));
    }

    [Fact]
    public void A_flag_stands_on_the_order_and_a_repeat_gets_the_first_place()
    {
        var book = Samples.IndexOf(Created);
        var command = Samples.Command(new PluginWrite.FlagOrder("o-1", "suspected-fraud", "looks odd"));
        book.Apply(Samples.Write(book, command));

        Assert.Equal("suspected-fraud", Assert.Single(book.GetOrder("o-1", null).Value!.Flags).Kind);
        Assert.Equal(new WriteDecision.KnownFact("w-1", 2), PluginWriteRules.Decide(book, command, Samples.Now).Value);
    }

    [Fact]
    public void A_note_with_buyers_data_is_refused_and_the_reason_does_not_repeat_them()
    {
        var refusal = Decide(new PluginWrite.FlagOrder("o-1", "other", "ring 13812345678"), Created)!;

        Assert.Equal(SyncRefusals.PrivateDataInInput, refusal.Code);
        Assert.DoesNotContain("138", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_are_refused_by_the_rule_that_fails()
    {
        Assert.Equal(SyncRefusals.OrderNotFound, Decide(new PluginWrite.FlagOrder("o-9", "other", null), Created)?.Code);
        Assert.Equal(SyncRefusals.InputInvalid, Decide(new PluginWrite.FlagOrder("o-1", "boring", null), Created)?.Code);
        Assert.Equal(SyncRefusals.OrderStateConflict, Decide(GoodSplit, Created, Shipped)?.Code);
        Assert.Equal(SyncRefusals.OrderStateConflict, Decide(GoodSplit, Created, Cancelled)?.Code);
        Assert.Equal(SyncRefusals.SplitIncomplete, Decide(Samples.Split("o-1", [(1, 3), (2, 1)]), Created)?.Code);
        Assert.Equal(SyncRefusals.SplitIncomplete, Decide(Samples.Split("o-1", [(1, 1)], [(2, 1)]), Created)?.Code);
        Assert.Equal(SyncRefusals.SplitIncomplete, Decide(Samples.Split("o-1", [(1, 3)], [(2, 1), (3, 1)]), Created)?.Code);
        Assert.Equal(SyncRefusals.SplitIncomplete, Decide(Samples.Split("o-1", [(1, 4), (1, -1)], [(2, 1)]), Created)?.Code);
        Assert.Equal(SyncRefusals.MergeInvalid, Decide(new PluginWrite.MergeOrders("o-1", ["o-1"]), Created)?.Code);
        Assert.Equal(SyncRefusals.MergeInvalid, Decide(new PluginWrite.MergeOrders("o-1", ["o-3"]), Created, Elsewhere)?.Code);
        Assert.Equal(SyncRefusals.OrderNotFound, Decide(new PluginWrite.MergeOrders("o-1", ["o-2"]), Created)?.Code);
        Assert.Equal(SyncRefusals.OrderStateConflict, Decide(new PluginWrite.MergeOrders("o-2", ["o-1"]), Created, Second, Shipped)?.Code);
        Assert.Equal(SyncRefusals.OrderStateConflict, Decide(new PluginWrite.TrackOrder("o-1", "t-1", null), Created, Cancelled)?.Code);
        Assert.Equal(SyncRefusals.InputInvalid, Decide(new PluginWrite.TrackOrder("o-1", "a/b", null), Created)?.Code);
        Assert.Equal(SyncRefusals.ProductNotFound, Decide(new PluginWrite.PatchProduct("p-9", "x", null, null, null), Product)?.Code);
        Assert.Equal(SyncRefusals.InputInvalid, Decide(new PluginWrite.PatchProduct("p-1", null, null, null, null), Product)?.Code);
        Assert.Equal(SyncRefusals.InputInvalid, Decide(new PluginWrite.PatchProduct("p-1", null, -1m, null, null), Product)?.Code);
    }

    [Fact]
    public void A_split_gives_every_unit_to_a_parcel_and_a_merged_order_cannot_be_split()
    {
        var book = Samples.IndexOf(Created, Second);
        book.Apply(Samples.Write(book, Samples.Command(GoodSplit)));
        Assert.Equal(2, book.GetOrder("o-1", null).Value!.Parcels.Length);

        book.Apply(Samples.Write(book, Samples.Command(new PluginWrite.MergeOrders("o-2", ["o-1"]), "w-2")));
        Assert.Equal("o-2", Assert.Single(book.GetOrder("o-1", null).Value!.MergedWith));
        Assert.Equal(
            SyncRefusals.OrderStateConflict,
            PluginWriteRules.Decide(book, Samples.Command(GoodSplit, "w-3"), Samples.Now).Refusal?.Code
        );
    }

    [Fact]
    public void The_same_waybill_again_is_the_same_fact()
    {
        var book = Samples.IndexOf(Created);
        book.Apply(Samples.Write(book, Samples.Command(new PluginWrite.TrackOrder("o-1", "t-1", "Correios"))));

        var again = PluginWriteRules.Decide(
            book,
            Samples.Command(new PluginWrite.TrackOrder("o-1", "t-1", "Correios"), "w-2"),
            Samples.Now
        );
        Assert.Equal(new WriteDecision.KnownFact("w-1", 2), again.Value);
        Assert.Equal(new Waybill("t-1", "Correios"), Assert.Single(book.GetOrder("o-1", null).Value!.Tracking));
        Assert.Empty(book.GetTracking("t-1", null).Value!.Points);
    }

    [Fact]
    public void A_patch_wins_over_a_source_whose_clock_is_ahead()
    {
        var book = new SellerIndex();
        book.Apply(Samples.Event(1, EventTypes.ProductUpdated, "p-1", Product.Item3, time: Samples.Now.AddHours(20)));
        var attributes = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("colour", "blue");
        book.Apply(Samples.Write(book, Samples.Command(new PluginWrite.PatchProduct("p-1", null, 12m, null, attributes))));

        var product = book.GetProduct("p-1").Value!;
        Assert.Equal((12m, "Lamp", "blue", "L"), (product.Price, product.Title, product.Attributes["colour"], product.Attributes["size"]));
    }

    [Fact]
    public void An_order_before_the_sync_window_is_refused_and_counted()
    {
        var book = Samples.IndexOf(Created);
        var from = Samples.Now.AddSeconds(1);
        var refusal = book.GetOrder("o-1", from).Refusal!;

        Assert.Equal((SyncRefusals.OutsideSyncWindow, "seller"), (refusal.Code, refusal.FixBy));
        Assert.Empty(book.ListOrders(default, 0, 10, from).Items);
        Assert.Equal(1, book.Health(from).OutsideWindow);
        Assert.Equal(0, book.Health(Samples.Now).OutsideWindow);
        Assert.Equal(
            SyncRefusals.OutsideSyncWindow,
            PluginWriteRules
                .Decide(book, Samples.Command(new PluginWrite.FlagOrder("o-1", "other", null), visibleFrom: from), Samples.Now)
                .Refusal?.Code
        );
    }

    private static PluginWrite.SplitOrder GoodSplit => Samples.Split("o-1", [(1, 2)], [(1, 1), (2, 1)]);

    private static Refusal? Decide(PluginWrite write, params (string, string, string)[] events) =>
        PluginWriteRules.Decide(Samples.IndexOf(events), Samples.Command(write), Samples.Now).Refusal;
}
