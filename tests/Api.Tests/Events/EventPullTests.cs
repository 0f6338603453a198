using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Journal;
using static Marketplace.Api.Tests.Events.EventKit;

namespace Marketplace.Api.Tests.Events;

/// <summary>Consume and confirm: the same events as on every way, one counted call a batch, and nothing lost between pages.</summary>
public class EventPullTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_page_holds_the_owed_events_in_order_as_the_bytes_of_every_way()
    {
        var installation = await marketplace.NewReader();
        var order = await marketplace.NewOrder(installation);
        (
            await Client.SendEvents([
                CloudEvents.Of("order.paid", TestMarketplace.SellerOf(installation), order, new { }),
                CloudEvents.Of(
                    "product.updated",
                    TestMarketplace.SellerOf(installation),
                    "p-1",
                    new
                    {
                        title = "Lamp 灯",
                        price = 1.5m,
                        currency = "CNY",
                    }
                ),
            ])
        ).OrThrow();

        var answer = (await Client.Get(installation, "events")).OrThrow();

        Assert.Equal(
            ["order.created", "order.paid", "product.updated"],
            answer.Json.GetProperty("events").EnumerateArray().Select(@event => @event.GetProperty("type").GetString())
        );
        Assert.Contains(
            $"\"events\":[{string.Join(',', await marketplace.Rendered(installation))}]",
            answer.Text,
            StringComparison.Ordinal
        );
        Assert.All(CloudEvents.PrivateTexts, text => Assert.DoesNotContain(text, answer.Text, StringComparison.Ordinal));
        Assert.Equal((4, false), (answer.Json.GetProperty("head").GetInt64(), answer.Json.GetProperty("has_more").GetBoolean()));
        Assert.Equal(3, answer.Json.GetProperty("lag").GetProperty("events").GetInt64());
        Assert.Equal(installation, answer.Json.GetProperty("events")[0].GetProperty("installation").GetString());
    }

    [Fact]
    public async Task What_was_pushed_is_byte_for_byte_what_is_read()
    {
        var installation = await marketplace.NewReader();
        await using var receiver = await PluginReceiver.Start();
        (await Client.Call(installation, HttpMethod.Put, "webhook", new { url = receiver.Address }, MarketplaceClient.NewKey())).OrThrow();
        await marketplace.NewOrder(installation);
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "product.updated",
                    TestMarketplace.SellerOf(installation),
                    "p-1",
                    new
                    {
                        title = "Lamp 灯",
                        price = 1.5m,
                        currency = "CNY",
                    }
                ),
            ])
        ).OrThrowIfRejected();
        var order = await receiver.Find(message => message.Body.Contains("order.created", StringComparison.Ordinal), "the order");
        var product = await receiver.Find(message => message.Body.Contains("product.updated", StringComparison.Ordinal), "the product");

        var read = (await Client.Get(installation, "events?cursor=ZTA")).OrThrow();

        Assert.Contains($",{order.Body},{product.Body}]", read.Text, StringComparison.Ordinal);
        Assert.Equal(
            [order.Id, product.Id],
            read.Json.GetProperty("events").EnumerateArray().Skip(1).Select(@event => @event.GetProperty("id").GetString())
        );
    }

    [Fact]
    public async Task Reading_and_confirming_a_batch_are_one_counted_call()
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);
        var before = await marketplace.Used(installation);

        var read = (await Client.Get(installation, "events")).OrThrow();
        var confirmed = (await marketplace.Confirm(installation, Next(read.Json))).OrThrow();

        Assert.Equal(before + 1, await marketplace.Used(installation));
        Assert.NotNull(read.Receipt);
        Assert.Null(confirmed.Receipt);
    }

    [Fact]
    public async Task What_is_confirmed_is_not_read_again_and_an_earlier_cursor_changes_nothing()
    {
        var installation = await marketplace.NewReader();
        var orders = new[]
        {
            await marketplace.NewOrder(installation),
            await marketplace.NewOrder(installation),
            await marketplace.NewOrder(installation),
        };
        var first = await marketplace.Events(installation, "?limit=1");

        Assert.Equal(orders[..1], Subjects(await marketplace.Events(installation, "?limit=1")));
        var confirmed = (await marketplace.Confirm(installation, Next(first))).OrThrow().Json;
        Assert.Equal(
            (Next(first), 2),
            (confirmed.GetProperty("cursor").GetString(), confirmed.GetProperty("lag").GetProperty("events").GetInt64())
        );
        var rest = await marketplace.Events(installation);
        Assert.Equal(orders[1..], Subjects(rest));
        Assert.Equal(Next(first), rest.GetProperty("cursor").GetString());
        Assert.Equal(orders, Subjects(await marketplace.Events(installation, "?cursor=ZTA")));

        (await marketplace.Confirm(installation, Next(rest))).OrThrow();
        (await marketplace.Confirm(installation, Next(first))).OrThrow();
        var none = await marketplace.Events(installation);
        Assert.Empty(Subjects(none));
        Assert.Equal((0, Next(rest)), (none.GetProperty("lag").GetProperty("events").GetInt64(), none.GetProperty("cursor").GetString()));
    }

    [Fact]
    public async Task Pages_hold_every_event_once_though_events_come_in_between()
    {
        var installation = await marketplace.NewReader();
        var (expected, seen, query) = (new List<string>(), new List<string>(), "?limit=2");
        for (var i = 0; i < 5; i++)
        {
            expected.Add(await marketplace.NewOrder(installation));
        }

        while (true)
        {
            var page = await marketplace.Events(installation, query);
            seen.AddRange(Subjects(page));
            query = $"?limit=2&cursor={Next(page)}";
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }

            if (expected.Count < 8)
            {
                expected.Add(await marketplace.NewOrder(installation));
            }
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Of_one_order_only_its_events_come_and_their_cursor_cannot_be_confirmed()
    {
        var installation = await marketplace.NewReader();
        var (order, other) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        (
            await Client.SendEvents([CloudEvents.Of("order.paid", TestMarketplace.SellerOf(installation), order, new { })])
        ).OrThrowIfRejected();

        var page = await marketplace.Events(installation, $"?order_id={order}");

        Assert.Equal([order, order], Subjects(page));
        Assert.DoesNotContain(other, page.ToString(), StringComparison.Ordinal);
        (await marketplace.Confirm(installation, Next(page))).IsProblem(400, "cursor-invalid");
        Assert.Empty(Subjects(await marketplace.Events(installation, $"?order_id={order}&cursor={Next(page)}")));
        (await Client.Get(installation, $"events?cursor={Next(page)}")).IsProblem(400, "cursor-invalid");
    }

    [Fact]
    public async Task A_plugin_gets_what_its_scopes_open_and_without_any_is_refused()
    {
        var installation = await marketplace.NewReader(TestPlugins.Everything, "products.read");
        var seller = TestMarketplace.SellerOf(installation);
        await marketplace.NewOrder(installation);
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

        Assert.Equal(["p-1"], Subjects(await marketplace.Events(installation)));
        await Client.SetGrants(installation, "orders.flag");
        var refused = await Client.Get(installation, "events");

        var problem = refused.IsProblem(403, "scope-missing");
        Assert.Equal(
            "logistics.read or orders.read or products.read",
            problem.GetProperty("evidence").GetProperty("facts").GetProperty("scope").GetString()
        );
        Assert.Null(refused.Receipt);
    }

    [Fact]
    public async Task While_events_are_pushed_nothing_is_confirmed_by_hand()
    {
        var installation = await marketplace.NewReader();
        var endpoint = new DeliveryEndpoint(new Uri("http://127.0.0.1:9/"), DeliveryOrdering.PerOrder, 1, 1);
        var secret = new EndpointSecret("s", string.Empty, DateTimeOffset.UnixEpoch, null);
        var set = await marketplace
            .Delivery(installation)
            .Execute(
                new DeliveryCommand.SetEndpoint(endpoint, secret),
                new Initiator(ActorId.Parse("tests"), OperationId.Parse("set")),
                TestContext.Current.CancellationToken
            );
        Assert.Null(set.Refusal);
        await marketplace.NewOrder(installation);

        var page = await marketplace.Events(installation, "?cursor=ZTA");

        Assert.Single(Subjects(page));
        (await marketplace.Confirm(installation, Next(page))).IsProblem(409, "endpoint-pushes");
    }

    [Theory]
    [InlineData("limit=0", "parameter-invalid")]
    [InlineData("limit=1001", "parameter-invalid")]
    [InlineData("limit=x", "parameter-invalid")]
    [InlineData("cursor=x", "cursor-invalid")]
    [InlineData("cursor=bzE", "cursor-invalid")]
    [InlineData("cursor=ZTA&cursor=ZTA", "parameter-invalid")]
    [InlineData("order_id=%07", "parameter-invalid")]
    public async Task A_wrong_parameter_is_refused_and_costs_nothing(string query, string code)
    {
        var answer = await Client.Get(await marketplace.NewReader(), $"events?{query}");

        answer.IsProblem(400, code, query);
        Assert.Null(answer.Receipt);
    }

    [Fact]
    public async Task A_cursor_beyond_the_feed_is_not_confirmed()
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);

        (
            await marketplace.Confirm(
                installation,
                Marketplace.Api.Http.Paging.Cursors.Of('e', Marketplace.Installations.InstallationId.Parse(installation, null), 99)
            )
        ).IsProblem(422, "position-invalid");
        Assert.Single(Subjects(await marketplace.Events(installation)));
    }
}
