using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Privacy;
using Marketplace.Api.Tests.Events;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Orders;

/// <summary>Merging orders of the same buyer only, compared under seal, and undoing it.</summary>
public class OrderMergeTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_of_one_buyer_merge_also_when_the_buyer_is_written_in_another_way()
    {
        var installation = await marketplace.NewInstallation();
        await Send(
            installation,
            "o-1",
            new
            {
                name = "Wang Wei",
                phone = "+86 138 0013 8000",
                street = "Nanjing Rd 1",
                city = "Hangzhou",
                region = "Zhejiang",
                country = "CN",
            }
        );
        await Send(
            installation,
            "o-2",
            new
            {
                name = "ＷＡＮＧ　Ｗｅｉ",
                phone = "１３８００１３８０００",
                street = "nanjing rd. 1",
                city = "HANGZHOU",
                region = "Zhejiang",
                country = "CN",
            }
        );

        var merged = (await Merge(installation, "o-1", "o-2")).OrThrow().Json.GetProperty("order");

        Assert.Equal(["o-2"], Names(merged.GetProperty("merged_with")));
    }

    [Fact]
    public async Task Orders_of_different_buyers_at_one_address_are_refused_and_nothing_is_written()
    {
        var installation = await marketplace.NewInstallation();
        await Send(
            installation,
            "o-1",
            new
            {
                name = "Wang Wei",
                phone = "13800138000",
                street = "Nanjing Rd 1",
                city = "Hangzhou",
                region = "Zhejiang",
                country = "CN",
            }
        );
        await Send(
            installation,
            "o-2",
            new
            {
                name = "Wang Min",
                phone = "13800138000",
                street = "Nanjing Rd 1",
                city = "Hangzhou",
                region = "Zhejiang",
                country = "CN",
            }
        );
        var before = (await Client.Get(installation, "orders/o-1")).OrThrow().Text;

        var refused = await Merge(installation, "o-1", "o-2");

        refused.IsProblem(422, "merge-buyers-differ");
        Assert.DoesNotContain("Wang", refused.Text, StringComparison.Ordinal);
        Assert.Equal(before, (await Client.Get(installation, "orders/o-1")).OrThrow().Text);
    }

    [Fact]
    public async Task An_order_whose_buyer_cannot_be_compared_is_refused_with_the_reason()
    {
        var installation = await marketplace.NewInstallation();
        await Send(
            installation,
            "o-1",
            new
            {
                customer_id = "c-1",
                name = "Wang Wei",
                region = "Zhejiang",
                country = "CN",
            }
        );
        await Send(
            installation,
            "o-2",
            new
            {
                name = "Wang Wei",
                region = "Zhejiang",
                country = "CN",
            }
        );

        // As it was taken in before buyers were marked.
        var seller = SellerId.Parse(TestMarketplace.SellerOf(installation), null);
        var old = (await Feed(installation)).Single(@event => @event.Subject == "o-1");
        await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetFeed(seller)
            .Append([new IncomingEvent(old.Source, "old", old.Type, "o-3", old.Time, old.Data, SealedBuyerPart.SealOf(old.Sealed))], Ended);

        foreach (var order in new[] { "o-2", "o-3" })
        {
            var refused = await Merge(installation, "o-1", order);
            refused.IsProblem(422, "merge-buyer-unknown");
            Assert.Contains(
                $"The buyer of the order {order} cannot be compared",
                refused.Json.GetProperty("detail").GetString(),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_merge_is_undone_by_a_call_without_a_body_and_pull_shows_both()
    {
        var installation = await marketplace.NewInstallation();
        var (order, other) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        var before = WithoutVersions((await Client.Get(installation, $"orders/{order}")).OrThrow().Json);
        (await Merge(installation, order, other)).OrThrow();

        var undone = (
            await Client.Call(installation, HttpMethod.Post, $"orders/{other}/unmerge", null, MarketplaceClient.NewKey())
        ).OrThrow();

        Assert.Empty(Names(undone.Json.GetProperty("order").GetProperty("merged_with")));
        Assert.Equal(before, WithoutVersions((await Client.Get(installation, $"orders/{order}")).OrThrow().Json));
        var events = (await Client.Get(installation, "events"))
            .OrThrow()
            .Json.GetProperty("events")
            .EnumerateArray()
            .Where(@event => !EventKit.IsLifecycle(@event.GetProperty("type").GetString()))
            .ToArray();
        Assert.Equal([("order.merged", order, other), ("order.unmerged", other, order)], events[^2..].Select(Told));
        (await Client.Call(installation, HttpMethod.Post, $"orders/{other}/unmerge", new { }, MarketplaceClient.NewKey())).IsProblem(
            409,
            "order-state-conflict"
        );
        (
            await Client.Call(installation, HttpMethod.Post, $"orders/{other}/unmerge", new { with = order }, MarketplaceClient.NewKey())
        ).IsProblem(422, "input-invalid");
    }

    [Fact]
    public async Task One_parcel_is_not_taken_apart()
    {
        var installation = await marketplace.NewInstallation();
        var (order, other) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        (await Merge(installation, order, other)).OrThrow();
        (
            await Client.Call(
                installation,
                HttpMethod.Post,
                $"orders/{order}/tracking",
                new { tracking_id = $"w-{order}" },
                MarketplaceClient.NewKey()
            )
        ).OrThrow();

        var refused = await Client.Call(installation, HttpMethod.Post, $"orders/{other}/unmerge", new { }, MarketplaceClient.NewKey());

        refused.IsProblem(409, "order-state-conflict");
        Assert.Contains("waybill", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_of_one_buyer_have_nothing_in_common_at_two_sellers_and_everything_at_one()
    {
        var (one, two) = (await marketplace.NewInstallation(), await marketplace.NewInstallation());
        var buyer = new
        {
            customer_id = "c-1",
            region = "Zhejiang",
            country = "CN",
        };
        await Send(one, "o-1", buyer);
        await Send(one, "o-2", buyer);
        await Send(two, "o-1", buyer);

        var (first, second, elsewhere) = (await MarkOf(one, "o-1"), await MarkOf(one, "o-2"), await MarkOf(two, "o-1"));

        Assert.Equal(first, second);
        Assert.NotEqual(first.Value, elsewhere.Value);
    }

    [Fact]
    public async Task A_mark_leaves_nowhere()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var (order, other) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        var texts = new List<string> { (await Merge(installation, order, other)).OrThrow().Text };
        foreach (var path in new[] { "orders", $"orders/{order}", "events", $"events?order_id={order}" })
        {
            texts.Add((await Client.Get(installation, path)).OrThrow().Text);
        }

        var exports = await LogExports.ReadAll(Client);
        var (center, operators) = (await Client.SellerCenterToken(), await Client.OperatorToken());
        texts.AddRange([exports.Ledger, exports.Feed, exports.Journal, .. marketplace.Logs.Lines]);
        foreach (
            var path in new[]
            {
                $"/seller/v1/orders/{order}/evidence?seller={seller}",
                $"/seller/v1/installations/{installation}/diagnosis",
                "/schemas",
                "/openapi/v1.json",
            }
        )
        {
            texts.Add((await Client.Send(HttpMethod.Get, path, center)).Text);
        }

        texts.Add((await Client.Send(HttpMethod.Get, "/ops/dashboard/DashboardCounters", operators)).Text);

        foreach (var form in Forms(await MarkOf(installation, order)))
        {
            Assert.DoesNotContain(texts, text => text.Contains(form, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_label_is_made_of_what_was_sealed_behind_the_mark()
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);
        var @event = (await Feed(installation)).Single(one => one.Type == EventTypes.OrderCreated);
        var opened = marketplace.Services.GetRequiredService<IBuyerSeal>().Open(@event.Seller, @event.Sealed);

        Assert.NotNull(SealedBuyerPart.MarkOf(@event.Sealed));
        Assert.Contains("customer-1", Encoding.UTF8.GetString(opened!.Value.Span), StringComparison.Ordinal);
        Assert.Equal(order, @event.Subject);
    }

    private static IEnumerable<string> Forms(BuyerMark mark)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, mark.Value);
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToBase64String(bytes)[..20];
        yield return Convert.ToBase64String(SealedBuyerPart.With(mark, default).Span);
        yield return mark.Value.ToString(CultureInfo.InvariantCulture);
    }

    private static (string, string, string) Told(JsonElement @event) =>
        (
            @event.GetProperty("type").GetString()!,
            @event.GetProperty("subject").GetString()!,
            Assert.Single(Names(@event.GetProperty("data").GetProperty("with")))
        );

    private static string[] Names(JsonElement array) => [.. array.EnumerateArray().Select(name => name.GetString()!)];

    /// <summary>An order without the number of its changes.</summary>
    private static string WithoutVersions(JsonElement order) =>
        string.Join(
            '\n',
            order
                .EnumerateObject()
                .Where(member => member.Name is not ("version" or "updated_seq"))
                .Select(member => $"{member.Name}: {member.Value}")
        );

    private async Task<BuyerMark> MarkOf(string installation, string order) =>
        SealedBuyerPart
            .MarkOf((await Feed(installation)).Single(@event => @event.Subject == order && @event.Type == EventTypes.OrderCreated).Sealed)!
            .Value;

    private async Task<IReadOnlyList<FeedEvent>> Feed(string installation) =>
        [
            .. await marketplace
                .Services.GetRequiredService<IFeed>()
                .ReadPage(SellerId.Parse(TestMarketplace.SellerOf(installation), null), 0, 100, Ended),
        ];

    private async Task Send(string installation, string order, object buyer) =>
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "order.created",
                    TestMarketplace.SellerOf(installation),
                    order,
                    new
                    {
                        currency = "CNY",
                        items = new[]
                        {
                            new
                            {
                                line = 1,
                                product_id = "product-1",
                                quantity = 2,
                                unit_price = 19.90m,
                            },
                        },
                        buyer,
                    }
                ),
            ])
        ).OrThrowIfRejected();

    private Task<Answer> Merge(string installation, string order, string other) =>
        Client.Call(installation, HttpMethod.Post, $"orders/{order}/merge", new { with = new[] { other } }, MarketplaceClient.NewKey());
}
