using System.Text.Json;

namespace Marketplace.Samples.Tests;

/// <summary>samples/order-tagger against the server.</summary>
public sealed class OrderTaggerTests(Market market)
{
    private static readonly string[] Required = ["orders.read", "logistics.write"];
    private static readonly string[] All = [.. Required, "orders.flag", "orders.merge", "orders.split"];

    [Fact]
    public async Task It_flags_a_large_order_and_splits_it_into_parcels_and_does_so_once()
    {
        var installation = await market.Install("order-pilot", All);

        await market.Send(TestOrders.Created(installation, "O-1", [3, 20]), TestOrders.Paid(installation, "O-1"));

        var order = await market.Settled(installation, "O-1", "order.created", "order.paid");
        AssertTagged(order);

        // What a seller's support does when it is not sure: all events of the order come again.
        var replay = new { order_id = "O-1" };
        (await market.Client.Call(installation, HttpMethod.Post, "replays", replay, MarketplaceClient.NewKey())).OrThrow();
        await market.Delivered(installation, await market.SequenceOf(installation, "O-1", "order.paid"), "replay");
        AssertTagged(await market.Order(installation, "O-1"));

        static void AssertTagged(JsonElement order)
        {
            Assert.Equal(["suspected-fraud"], Kinds(order));
            Assert.Equal("[[1×3,2×7],[2×10],[2×3]]", Parcels(order));
        }
    }

    [Theory]
    [InlineData("no postcode", new[] { "address-problem" })]
    [InlineData("an expensive order", new[] { "suspected-fraud" })]
    [InlineData("an ordinary order", new string[0])]
    public async Task It_flags_what_is_abnormal_and_nothing_else(string what, string[] kinds)
    {
        var installation = await market.Install("order-pilot", All);
        var postcode = what == "no postcode" ? null : "310000";
        var price = what == "an expensive order" ? 2_600m : 10m;

        await market.Send(TestOrders.Created(installation, "O-1", [2], postcode: postcode, price: price));

        var order = await market.Settled(installation, "O-1", "order.created");
        Assert.Equal(kinds, Kinds(order));
        Assert.Equal("[]", Parcels(order));
    }

    [Fact]
    public async Task It_merges_orders_of_one_buyer_that_came_close_together_and_leaves_those_of_others()
    {
        var installation = await market.Install("order-pilot", All);

        await market.Send(
            Made("too-early", minutes: 50),
            Made("first", minutes: 15),
            Made("others", minutes: 10, customer: "customer-2"),
            Made("second", minutes: 5)
        );

        foreach (var order in (string[])["too-early", "first", "others", "second"])
        {
            await market.Settled(installation, order, "order.created");
        }

        Assert.Equal(["second"], await MergedWith("first"));
        Assert.Equal(["first"], await MergedWith("second"));
        Assert.Empty(await MergedWith("others"));
        Assert.Empty(await MergedWith("too-early"));

        object Made(string order, int minutes, string customer = "customer-1") =>
            TestOrders.Created(installation, order, [1], customer, age: TimeSpan.FromMinutes(minutes));

        async Task<IEnumerable<string?>> MergedWith(string order) =>
            (await market.Order(installation, order)).GetProperty("merged_with").EnumerateArray().Select(id => id.GetString());
    }

    [Fact]
    public async Task What_the_seller_has_not_granted_is_left_out_until_the_grants_change()
    {
        var installation = await market.Install("order-pilot", [.. Required, "orders.flag"]);

        await market.Send(TestOrders.Created(installation, "O-1", [25]));

        var order = await market.Settled(installation, "O-1", "order.created");
        Assert.Equal(["suspected-fraud"], Kinds(order));
        Assert.Equal("[]", Parcels(order));
        Assert.All(await market.Deliveries(installation), delivery =>
            Assert.NotEqual("failed", delivery.GetProperty("outcome").GetString())
        );

        await market.Client.SetGrants(installation, All);
        await market.Delivered(installation, await GrantChange(installation, "orders.split"));
        await market.Send(TestOrders.Paid(installation, "O-1"));

        order = await market.Settled(installation, "O-1", "order.paid");
        Assert.Equal("[[1×10],[1×10],[1×5]]", Parcels(order));
    }

    private async Task<long> GrantChange(string installation, string scope)
    {
        var events = await Eventually.Get(
            () => market.Events(installation),
            events => events.Any(IsChange),
            $"the lifecycle event of {scope}"
        );
        return Market.Sequence(events.Last(IsChange));

        bool IsChange(JsonElement @event) =>
            @event.GetProperty("type").GetString() == "grant.changed"
            && @event.GetProperty("data").GetProperty("added").EnumerateArray().Any(added => added.GetString() == scope);
    }

    private static IEnumerable<string?> Kinds(JsonElement order) =>
        order.GetProperty("flags").EnumerateArray().Select(flag => flag.GetProperty("kind").GetString());

    /// <summary>In the form [[line×quantity,…],…].</summary>
    private static string Parcels(JsonElement order)
    {
        var parcels = order
            .GetProperty("parcels")
            .EnumerateArray()
            .Select(parcel =>
                parcel.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("line")}×{item.GetProperty("quantity")}")
            )
            .Select(items => $"[{string.Join(',', items)}]");
        return $"[{string.Join(',', parcels)}]";
    }
}
