using Marketplace.Shipments;

namespace Marketplace.Api.Tests.Orders;

/// <summary>
/// What an order comes to, as plugins read it: in the newest version with what it is made of, in an older one as it always was.
/// </summary>
public class OrderMoneyTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_order_shows_what_the_buyer_pays_and_what_it_is_made_of()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var items = new object[]
        {
            new
            {
                line = 1,
                product_id = "p-1",
                quantity = 1,
                unit_price = 173.40,
                freight = 0,
                discount = 3.40,
                tax = 1,
            },
            new
            {
                line = 2,
                product_id = "p-2",
                quantity = 2,
                unit_price = 37.77,
            },
        };
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "order.created",
                    seller,
                    "o-1",
                    new
                    {
                        currency = "USD",
                        items,
                        discount = 40.63,
                        tax = 2,
                        shipping = 5,
                    }
                ),
                CloudEvents.Of(
                    "order.lines_cancelled",
                    seller,
                    "o-1",
                    new { lines = new[] { new { line = 2, quantity = 1 } }, reason = "sold out" }
                ),
                CloudEvents.Of("order.refunded", seller, "o-1", new { amount = 37.77, line = 2 }),
            ])
        ).OrThrow();

        var order = (await Client.Get(installation, "orders/o-1")).OrThrow().Json;

        Assert.Equal(("created", 212.91m), (order.GetProperty("status").GetString(), order.GetProperty("total").GetDecimal()));
        Assert.Equal(
            (40.63m, 2m, 5m, 37.77m),
            (
                order.GetProperty("discount").GetDecimal(),
                order.GetProperty("tax").GetDecimal(),
                order.GetProperty("shipping").GetDecimal(),
                order.GetProperty("refunded").GetDecimal()
            )
        );
        var (first, second) = (order.GetProperty("items")[0], order.GetProperty("items")[1]);
        Assert.Equal((3.40m, 1m), (first.GetProperty("discount").GetDecimal(), first.GetProperty("tax").GetDecimal()));
        Assert.Equal(
            (2, 1, 37.77m),
            (
                second.GetProperty("quantity").GetInt32(),
                second.GetProperty("cancelled_quantity").GetInt32(),
                second.GetProperty("refunded").GetDecimal()
            )
        );
        Assert.False(first.TryGetProperty("cancelled_quantity", out _));
    }

    [Fact]
    public async Task A_parcels_points_have_a_state_beside_the_carriers_text()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        (
            await Client.SendEvents([
                CloudEvents.Of("logistics.track.updated", seller, "w-state", new { order_id = "o-1", status = "Shipping label created" }),
                CloudEvents.Of(
                    "logistics.track.updated",
                    seller,
                    "w-state",
                    new { order_id = "o-1", status = "Objeto entregue" },
                    TimeProvider.System.GetUtcNow().AddMinutes(1)
                ),
            ])
        ).OrThrow();

        var track = (await Client.Get(installation, "tracking/w-state")).OrThrow().Json;

        Assert.Equal(
            ("Objeto entregue", TrackStates.Delivered),
            (track.GetProperty("status").GetString(), track.GetProperty("state").GetString())
        );
        Assert.Equal(
            [TrackStates.Registered, TrackStates.Delivered],
            track.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("state").GetString())
        );
    }
}
