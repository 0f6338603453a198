using System.Text.Json;

namespace Marketplace.Api.Tests.Events;

/// <summary>
/// Changes of one instant: push, pull and live bring them in the feed's order, and what stands in the end is what the last of them says.
/// </summary>
public class SameInstantTests(TestMarketplace marketplace)
{
    private const int Things = 12;

    private static readonly DateTimeOffset Instant = TimeProvider.System.GetUtcNow().AddHours(-1);

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_last_of_several_changes_of_one_instant_stands()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        await Send(
            Enumerable.Range(0, Things).SelectMany(i => new[] { Product(seller, $"p-{i}", "old"), Product(seller, $"p-{i}", "new") })
        );
        await Send(Enumerable.Range(0, Things).SelectMany(i => new[] { Point(seller, $"w-{i}", "old"), Point(seller, $"w-{i}", "new") }));
        await Send(Enumerable.Range(0, Things).SelectMany(i => new[] { Order(seller, $"o-{i}", 1), Order(seller, $"o-{i}", 2) }));

        await AssertStands(installation, Brought(await marketplace.Events(installation, "?limit=1000")));
    }

    [Fact]
    public async Task Of_one_request_they_stand_in_the_feed_in_their_sequence()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        await Send(
            Enumerable
                .Range(0, Things)
                .SelectMany(i => new[] { Numbered(Product(seller, $"p-{i}", "new"), 10), Numbered(Product(seller, $"p-{i}", "old"), 9) })
        );
        await Send(
            Enumerable
                .Range(0, Things)
                .SelectMany(i => new[] { Numbered(Point(seller, $"w-{i}", "new"), 10), Numbered(Point(seller, $"w-{i}", "old"), 9) })
        );
        await Send(
            Enumerable
                .Range(0, Things)
                .SelectMany(i => new[] { Numbered(Order(seller, $"o-{i}", 2), 10), Numbered(Order(seller, $"o-{i}", 1), 9) })
        );

        await AssertStands(installation, Brought(await marketplace.Events(installation, "?limit=1000")));
    }

    [Fact]
    public async Task A_change_that_comes_late_but_was_first_at_its_source_does_not_stand()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        await Send([Numbered(Product(seller, "p-late", "second"), 10)]);
        await Send([Numbered(Product(seller, "p-late", "first"), 9)]);

        var products = (await Client.Get(installation, "products")).OrThrow().Json.GetProperty("products");
        Assert.Equal("second", Assert.Single(products.EnumerateArray()).GetProperty("title").GetString());

        // The sequence in what leaves is the feed's.
        var sequences = (await marketplace.Events(installation))
            .GetProperty("events")
            .EnumerateArray()
            .Select(@event => @event.GetProperty("sequence").GetString());
        Assert.Equal(["2", "3"], sequences);
        Assert.DoesNotContain("\"10\"", (await marketplace.Events(installation)).ToString(), StringComparison.Ordinal);
    }

    /// <summary>What the events brought last of each thing is what is read of it.</summary>
    private async Task AssertStands(string installation, Dictionary<string, JsonElement> brought)
    {
        Assert.Equal(3 * Things, brought.Count);
        for (var i = 0; i < Things; i++)
        {
            Assert.Equal("new", brought[$"p-{i}"].GetProperty("title").GetString());
            Assert.Equal("new", brought[$"w-{i}"].GetProperty("status").GetString());
            Assert.Equal(2, brought[$"o-{i}"].GetProperty("items")[0].GetProperty("quantity").GetInt32());
            Assert.Equal("new", (await Client.Get(installation, $"tracking/w-{i}")).OrThrow().Json.GetProperty("status").GetString());
        }

        var products = (await Client.Get(installation, "products?limit=100")).OrThrow().Json.GetProperty("products").EnumerateArray();
        Assert.All(products, product => Assert.Equal("new", product.GetProperty("title").GetString()));
        var orders = (await Client.Get(installation, "orders?limit=100")).OrThrow().Json.GetProperty("orders").EnumerateArray();
        Assert.All(orders, order => Assert.Equal(2, order.GetProperty("items")[0].GetProperty("quantity").GetInt32()));
    }

    private static Dictionary<string, JsonElement> Brought(JsonElement page) =>
        page.GetProperty("events")
            .EnumerateArray()
            .GroupBy(@event => @event.GetProperty("subject").GetString()!)
            .ToDictionary(events => events.Key, events => events.Last().GetProperty("data"));

    private static Dictionary<string, object> Numbered(Dictionary<string, object> @event, int sequence)
    {
        @event["sequence"] = $"{sequence}";
        return @event;
    }

    private static Dictionary<string, object> Product(string seller, string id, string title) =>
        CloudEvents.Of("product.updated", seller, id, new { title }, Instant);

    private static Dictionary<string, object> Point(string seller, string id, string status) =>
        CloudEvents.Of("logistics.track.updated", seller, id, new { order_id = "o-0", status }, Instant);

    private static Dictionary<string, object> Order(string seller, string id, int quantity) =>
        CloudEvents.Of(
            "order.created",
            seller,
            id,
            new
            {
                currency = "USD",
                items = new[]
                {
                    new
                    {
                        line = 1,
                        product_id = "p",
                        quantity,
                        unit_price = 1,
                    },
                },
            },
            Instant
        );

    private async Task Send(IEnumerable<Dictionary<string, object>> events) => (await Client.SendEvents([.. events])).OrThrow();
}
