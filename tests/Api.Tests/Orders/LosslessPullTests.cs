using System.Text;
using System.Text.Json;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Tests.Events;
using Marketplace.Installations;
using static Marketplace.Api.Tests.Events.EventKit;

namespace Marketplace.Api.Tests.Orders;

/// <summary>
/// What a plugin that polls may rely on: no change is missed, no foreign cursor is taken, and what waits is what it is owed.
/// </summary>
public class LosslessPullTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Changes_are_paged_by_last_change_and_none_is_missed_though_orders_change_meanwhile()
    {
        var installation = await marketplace.NewReader();
        var orders = new[]
        {
            await marketplace.NewOrder(installation),
            await marketplace.NewOrder(installation),
            await marketplace.NewOrder(installation),
        };
        var start = (await List(installation, "orders?limit=100")).GetProperty("complete_to_seq").GetInt64();
        await Pay(installation, orders[1]);
        await Pay(installation, orders[2]);

        var first = await List(installation, $"orders?updated_after_seq={start}&limit=1");
        await Pay(installation, orders[0]);
        var second = await List(installation, $"orders?updated_after_seq={start}&limit=1&cursor={Next(first)}");
        var third = await List(installation, $"orders?updated_after_seq={start}&limit=1&cursor={Next(second)}");

        Assert.Equal([orders[1], orders[2], orders[0]], Ids(first).Concat(Ids(second)).Concat(Ids(third)));
        Assert.Equal((start + 1, start + 2, start + 3), (Complete(first), Complete(second), Complete(third)));
        Assert.False(third.GetProperty("has_more").GetBoolean());
        Assert.Equal([orders[2], orders[0]], Ids(await List(installation, $"orders?updated_after_seq={Complete(first)}")));
    }

    [Fact]
    public async Task A_list_by_creation_is_complete_up_to_where_the_feed_was_at_its_first_page()
    {
        var installation = await marketplace.NewInstallation();
        var orders = new[] { await marketplace.NewOrder(installation), await marketplace.NewOrder(installation) };
        var first = await List(installation, "orders?limit=1");
        await Pay(installation, orders[0]);
        var second = await List(installation, $"orders?limit=1&cursor={Next(first)}");

        Assert.Equal(first.GetProperty("head").GetInt64(), Complete(second));
        Assert.Equal([orders[0]], Ids(await List(installation, $"orders?updated_after_seq={Complete(second)}")));
    }

    [Fact]
    public async Task Products_are_paged_by_last_change_too()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        (
            await Client.SendEvents([
                .. new[] { "p-1", "p-2", "p-1" }.Select(id => CloudEvents.Of("product.updated", seller, id, new { title = id })),
            ])
        ).OrThrow();

        var first = await List(installation, "products?updated_after_seq=0&limit=1");
        var second = await List(installation, $"products?updated_after_seq=0&limit=1&cursor={Next(first)}");

        Assert.Equal(
            ["p-2", "p-1"],
            new[] { first, second }.Select(page => page.GetProperty("products")[0].GetProperty("product_id").GetString())
        );
        Assert.Equal((3L, 4L), (Complete(first), Complete(second)));
    }

    [Theory]
    [InlineData("orders?cursor=", Cursors.Orders, "")]
    [InlineData("orders?cursor=", Cursors.ChangedOrders, "&updated_after_seq=0")]
    [InlineData("products?cursor=", Cursors.Products, "")]
    [InlineData("products?cursor=", Cursors.ChangedProducts, "&updated_after_seq=0")]
    [InlineData("events?cursor=", Cursors.Events, "")]
    [InlineData("events?cursor=", Cursors.OrderEvents, "&order_id=o-1")]
    [InlineData("events/live?cursor=", Cursors.Events, "")]
    [InlineData("webhook/deliveries?cursor=", 'd', "")]
    public async Task A_cursor_of_another_installation_is_refused(string path, char kind, string more)
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);

        (await Client.Get(installation, path + Cursors.Of(kind, InstallationId.Parse("somebody/else", null), 1) + more)).IsProblem(
            400,
            "cursor-invalid"
        );
    }

    [Theory]
    [InlineData("orders?cursor=", Cursors.Orders, "")]
    [InlineData("orders?cursor=", Cursors.ChangedOrders, "&updated_after_seq=0")]
    [InlineData("products?cursor=", Cursors.Products, "")]
    [InlineData("products?cursor=", Cursors.ChangedProducts, "&updated_after_seq=0")]
    [InlineData("events?cursor=", Cursors.Events, "")]
    [InlineData("events?cursor=", Cursors.OrderEvents, "&order_id=o-1")]
    [InlineData("events/live?cursor=", Cursors.Events, "")]
    public async Task A_cursor_behind_the_feeds_end_is_refused_with_the_end(string path, char kind, string more)
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);

        foreach (var position in new[] { 3, 999_999, long.MaxValue })
        {
            var marked = Cursors.Of(kind, InstallationId.Parse(installation, null), position);
            var bare = Convert
                .ToBase64String(Encoding.ASCII.GetBytes($"{kind}{position}"))
                .TrimEnd('=')
                .Replace('+', '-')
                .Replace('/', '_');
            foreach (var cursor in new[] { marked, bare })
            {
                var answer = await Client.Get(installation, path + cursor + more);
                answer.IsProblem(400, "cursor-invalid");
                Assert.Equal("2", answer.Json.GetProperty("evidence").GetProperty("facts").GetProperty("head").GetString());
            }
        }
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("products")]
    public async Task Changes_after_a_sequence_that_is_not_there_yet_are_refused_with_the_end(string list)
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);

        var answer = await Client.Get(installation, $"{list}?updated_after_seq={long.MaxValue}");

        answer.IsProblem(400, "cursor-invalid");
        Assert.Equal("2", answer.Json.GetProperty("evidence").GetProperty("facts").GetProperty("head").GetString());
    }

    [Fact]
    public async Task Lag_counts_what_waits_for_the_installation_and_nothing_else()
    {
        var installation = await marketplace.NewReader(TestPlugins.Everything, "orders.read");
        var seller = TestMarketplace.SellerOf(installation);
        await marketplace.NewOrder(installation);
        (
            await Client.SendEvents([
                .. Enumerable.Range(0, 7).Select(i => CloudEvents.Of("product.updated", seller, $"p-{i}", new { title = "Lamp" })),
            ])
        ).OrThrow();
        await marketplace.NewOrder(installation);

        var page = await marketplace.Events(installation, "?limit=1");
        Assert.Equal((10L, 2L), (page.GetProperty("head").GetInt64(), Lag(page)));
        var confirmed = (await marketplace.Confirm(installation, Next(page))).OrThrow().Json;
        Assert.Equal(1L, Lag(confirmed));
        confirmed = (await marketplace.Confirm(installation, Next(await marketplace.Events(installation)))).OrThrow().Json;
        Assert.Equal(0L, Lag(confirmed));
        Assert.False(
            confirmed.GetProperty("lag").TryGetProperty("oldest_seconds", out var oldest) && oldest.ValueKind == JsonValueKind.Number
        );
    }

    [Fact]
    public async Task What_came_before_the_plugin_was_enabled_is_owed_on_no_way()
    {
        var seller = marketplace.NewSeller();
        (await Client.SendEvents([CloudEvents.Of("product.updated", seller, "p-early", new { title = "Lamp" })])).OrThrow();
        (await Client.Install(seller, TestPlugins.Everything, [.. TestPlugins.AllScopes])).OrThrow();
        var installation = $"{seller}/{TestPlugins.Everything}";
        await marketplace.Entitled(installation);
        (await Client.SendEvents([CloudEvents.Of("product.updated", seller, "p-late", new { title = "Lamp" })])).OrThrow();

        Assert.Equal(["p-late"], Subjects(await marketplace.Events(installation)));
        Assert.Equal(["p-late"], Subjects(await marketplace.Events(installation, "?cursor=ZTA")));
        await using var live = await LiveClient.Open(marketplace, installation, "?cursor=ZTA");
        Assert.Contains("p-late", (await live.Read(1))[0].Data, StringComparison.Ordinal);
        var replay = (
            await Client.Call(
                installation,
                HttpMethod.Post,
                "replays",
                new
                {
                    from_seq = 1,
                    to_seq = 2,
                    dry_run = true,
                }
            )
        ).OrThrow().Json;
        Assert.DoesNotContain("p-early", replay.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_no_route_can_carry_is_refused_at_every_door(string id)
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var order = await marketplace.NewOrder(installation);
        foreach (
            var @event in new[]
            {
                CloudEvents.Of("order.paid", seller, id, new { }),
                CloudEvents.Of("product.updated", seller, id, new { title = "Lamp" }),
                CloudEvents.Of("logistics.track.updated", seller, id, new { order_id = order, status = "sent" }),
                CloudEvents.Of("logistics.track.updated", seller, "w-1", new { order_id = id, status = "sent" }),
            }
        )
        {
            var answer = (await Client.SendEvents([@event])).OrThrow().Json;
            Assert.Equal((0, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetArrayLength()));
        }

        (await Client.Call(installation, HttpMethod.Post, $"orders/{order}/tracking", new { tracking_id = id })).IsProblem(
            422,
            "input-invalid"
        );
        (await Client.Call(installation, HttpMethod.Post, $"orders/{order}/merge", new { with = new[] { id } })).IsProblem(
            422,
            "input-invalid"
        );
        (await Client.Get(installation, $"events?order_id={id}")).IsProblem(400, "parameter-invalid");
        (await Client.Get(installation, $"rates?order_id={id}")).IsProblem(400, "parameter-invalid");
    }

    private static long Lag(JsonElement answer) => answer.GetProperty("lag").GetProperty("events").GetInt64();

    private static long Complete(JsonElement page) => page.GetProperty("complete_to_seq").GetInt64();

    private static IEnumerable<string> Ids(JsonElement page) =>
        page.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("order_id").GetString()!);

    private async Task<JsonElement> List(string installation, string path) => (await Client.Get(installation, path)).OrThrow().Json;

    private async Task Pay(string installation, string order) =>
        (await Client.SendEvents([CloudEvents.Of("order.paid", TestMarketplace.SellerOf(installation), order, new { })])).OrThrow();
}
