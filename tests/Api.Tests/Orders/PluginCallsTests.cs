using System.Text.Json;

namespace Marketplace.Api.Tests.Orders;

/// <summary>What a plugin reads and writes, in the documented form.</summary>
public class PluginCallsTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Every_write_answers_with_its_event_and_the_order_as_it_is_then()
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);
        var other = await marketplace.NewOrder(installation);
        var third = await marketplace.NewOrder(installation);

        var flagged = await Write(
            installation,
            HttpMethod.Post,
            $"orders/{order}/flags",
            new { kind = "late-delivery", note = "by a week" },
            "order"
        );
        var tracked = await Write(
            installation,
            HttpMethod.Post,
            $"orders/{order}/tracking",
            new { tracking_id = "w-1", carrier = "c" },
            "order"
        );
        var parcel = new { items = new[] { new { line = 1, quantity = 1 } } };
        var split = await Write(
            installation,
            HttpMethod.Post,
            $"orders/{order}/split",
            new { parcels = new[] { parcel, parcel } },
            "order"
        );
        var merged = await Write(installation, HttpMethod.Post, $"orders/{other}/merge", new { with = new[] { third } }, "order");

        Assert.Equal("late-delivery", flagged.GetProperty("flags")[0].GetProperty("kind").GetString());
        Assert.Equal("w-1", tracked.GetProperty("tracking")[0].GetProperty("tracking_id").GetString());
        Assert.Equal(2, split.GetProperty("parcels").GetArrayLength());
        Assert.Equal(third, merged.GetProperty("merged_with")[0].GetString());
        Assert.Equal(split.ToString(), (await Client.Get(installation, $"orders/{order}")).OrThrow().Json.ToString());
    }

    [Fact]
    public async Task A_patched_product_is_the_one_the_list_shows()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "product.updated",
                    seller,
                    "p-1",
                    new
                    {
                        title = "Lamp",
                        price = 1.5m,
                        currency = "CNY",
                    }
                ),
            ])
        ).OrThrowIfRejected();

        var product = await Write(installation, HttpMethod.Patch, "products/p-1", new { title = "Desk lamp" }, "product");

        Assert.Equal(("Desk lamp", 1.5m), (product.GetProperty("title").GetString(), product.GetProperty("price").GetDecimal()));
        Assert.Equal(product.ToString(), (await Client.Get(installation, "products")).OrThrow().Json.GetProperty("products")[0].ToString());
    }

    [Fact]
    public async Task Pages_hold_every_order_once_though_orders_come_in_between()
    {
        var installation = await marketplace.NewInstallation();
        var expected = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            expected.Add(await marketplace.NewOrder(installation));
        }

        var listed = new List<string>();
        for (var path = "orders?limit=3"; path is not null; )
        {
            var page = (await Client.Get(installation, path)).OrThrow().Json;
            listed.AddRange(page.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("order_id").GetString()!));
            var next = page.TryGetProperty("next_cursor", out var cursor) ? cursor.GetString() : null;
            Assert.Equal(next is not null, page.GetProperty("has_more").GetBoolean());
            path = next is null ? null : $"orders?limit=3&cursor={next}";
            if (listed.Count == 3)
            {
                expected.Add(await marketplace.NewOrder(installation));
            }
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var installation = await marketplace.NewInstallation();
        await marketplace.NewOrder(installation);
        await marketplace.NewOrder(installation);
        var cursor = (await Client.Get(installation, "orders?limit=1")).OrThrow().Json.GetProperty("next_cursor").GetString();

        (await Client.Get(installation, $"products?cursor={cursor}")).IsProblem(400, "cursor-invalid");
    }

    private async Task<JsonElement> Write(string installation, HttpMethod method, string path, object body, string member)
    {
        var answer = (await Client.Call(installation, method, path, body, MarketplaceClient.NewKey())).OrThrow().Json;
        Assert.Equal([$"{member}_id", "event_id", "seq", member], answer.EnumerateObject().Select(item => item.Name));
        return answer.GetProperty(member);
    }
}
