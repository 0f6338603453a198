using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Orders;

/// <summary>A seller's own orders: search, deliveries of one, and counts (R53, R59, R66).</summary>
public sealed class SellerOrderTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Orders_are_found_by_a_part_of_their_id_newest_first_and_in_pages()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var seller = TestMarketplace.SellerOf(installation);
        string[] orders = [await marketplace.NewOrder(installation), await marketplace.NewOrder(installation)];

        var page = (await Get(seller, "orders", "&limit=1")).OrThrow().Json;
        var rest = (await Get(seller, "orders", $"&cursor={page.GetProperty("next_cursor").GetString()}")).OrThrow().Json;
        var found = (await Get(seller, "orders", $"&q={orders[0][8..].ToUpperInvariant()}")).OrThrow().Json;

        Assert.Equal([orders[1]], Ids(page));
        Assert.Equal([orders[0]], Ids(rest));
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        Assert.Equal([orders[0]], Ids(found));
        Assert.Empty(Ids((await Get(seller, "orders", "&q=nothing-like-it")).Json));
    }

    [Fact]
    public async Task One_order_says_what_became_of_it_at_each_plugin_and_nothing_of_its_buyer()
    {
        var seller = marketplace.NewSeller();
        await Client.Install(seller, TestPlugins.Everything, "orders.read");
        await Client.Install(seller, TestPlugins.Few, "products.read");
        await Client.Install(seller, TestPlugins.Slow, "orders.read");
        var installation = $"{seller}/{TestPlugins.Everything}";
        var order = await marketplace.NewOrder(installation);
        var events = (await Client.Get(installation, "events")).OrThrow().Json;
        (
            await Client.Call(
                installation,
                HttpMethod.Post,
                "events/confirm",
                new { cursor = events.GetProperty("next_cursor").GetString() }
            )
        ).OrThrow();

        var answer = await Eventually.Get(
            async () => (await Get(seller, $"orders/{order}", "")).OrThrow(),
            got => States(got).SequenceEqual(["delivered", "not-owed", "waiting"]),
            "the confirmed event is delivered"
        );

        var order1 = answer.Json.GetProperty("order");
        Assert.Equal(order, order1.GetProperty("order_id").GetString());
        Assert.All(order1.GetProperty("buyer").EnumerateObject().Where(member => member.Name is "name" or "phone" or "street"), member =>
            Assert.True(member.Value.ValueKind == JsonValueKind.Null || member.Value.GetProperty("redacted").GetBoolean())
        );
        var delivered = answer.Json.GetProperty("deliveries")[0];
        Assert.Equal(
            (1, 1, false),
            (Number(delivered, "owed"), Number(delivered, "delivered"), delivered.GetProperty("late").GetBoolean())
        );
    }

    [Fact]
    public async Task Orders_are_counted_by_day_and_for_a_sync_window()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var seller = TestMarketplace.SellerOf(installation);
        var now = TimeProvider.System.GetUtcNow();
        await marketplace.NewOrder(installation, now.AddDays(-40));
        await marketplace.NewOrder(installation, now.AddDays(-3));
        await marketplace.NewOrder(installation, now);

        var statistics = (await Get(seller, "orders/statistics", "")).OrThrow().Json;
        var preview = (await Preview(installation, "?hours=24")).OrThrow().Json;
        var all = (await Preview(installation, "")).OrThrow().Json;

        Assert.Equal(2, Number(statistics, "total"));
        Assert.Equal(30, statistics.GetProperty("days").GetArrayLength());
        Assert.Equal(2, statistics.GetProperty("days").EnumerateArray().Sum(day => Number(day, "orders")));
        Assert.Equal((1, 2), (Number(preview, "orders_inside"), Number(preview, "orders_outside")));
        Assert.Equal((3, 0), (Number(all, "orders_inside"), Number(all, "orders_outside")));
        Assert.Equal(JsonValueKind.Null, all.GetProperty("hours").ValueKind);
    }

    [Theory]
    [InlineData("orders/statistics", "&days=0")]
    [InlineData("orders/statistics", "&days=367")]
    public async Task Unreadable_counts_are_refused(string path, string query) =>
        (await Get(marketplace.NewSeller(), path, query)).IsProblem(400, "parameter-invalid");

    [Fact]
    public async Task A_window_without_length_and_an_unknown_order_are_refused()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);

        (await Preview(installation, "?hours=0")).IsProblem(400, "parameter-invalid");
        (await Preview(installation, "?hours=87841")).IsProblem(400, "parameter-invalid");
        (await Get(TestMarketplace.SellerOf(installation), "orders/none", "")).IsProblem(404, "order-not-found");
    }

    private async Task<Answer> Get(string seller, string path, string query) =>
        await Client.Send(HttpMethod.Get, $"/seller/v1/{path}?seller={seller}{query}", await Client.UserToken(seller));

    private async Task<Answer> Preview(string installation, string query) =>
        await Client.Send(
            HttpMethod.Get,
            $"/seller/v1/installations/{installation}/sync/window-preview{query}",
            await Client.UserToken(TestMarketplace.SellerOf(installation))
        );

    private static IEnumerable<string?> Ids(JsonElement list) =>
        list.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("order_id").GetString());

    private static IEnumerable<string?> States(Answer answer) =>
        answer.Json.GetProperty("deliveries").EnumerateArray().Select(delivery => delivery.GetProperty("state").GetString());

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
