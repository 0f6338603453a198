using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Api.Privacy;
using Marketplace.Api.SellerApi.Labels;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Api.Tests.Labels;

/// <summary>Labels: plugins hold a handle, the platform opens the address, the seller prints (R23, R29).</summary>
public partial class LabelTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_plugin_makes_a_label_from_a_handle_and_only_the_seller_sees_the_address()
    {
        var (installation, order, canary) = await NewOrder();
        var made = (await Make(installation, order)).OrThrow();

        var label = made.Json;
        canary.IsNotIn(made.Text, "the answer to the plugin");
        Assert.Equal(
            ("CN", "Zhejiang", "31"),
            (
                Text(label.GetProperty("routing"), "country"),
                Text(label.GetProperty("routing"), "region"),
                Text(label.GetProperty("routing"), "postcode_prefix")
            )
        );
        Assert.Equal(("sf", "express", 900), (Text(label, "carrier"), Text(label, "service"), label.GetProperty("weight_g").GetInt32()));
        var read = (await Client.Get(installation, $"orders/{order}")).OrThrow().Json;
        Assert.Equal(Text(label, "tracking_id"), Text(read.GetProperty("tracking")[0], "tracking_id"));
        Assert.Equal(AddressHandles.Of(Id(installation), order), Text(read, "address_handle"));

        var page = await View(installation, Text(label, "label_id"), "staff");
        Assert.Equal((200, "text/html", "no-store"), (page.Status, page.Answer.ContentType, page.Field("Cache-Control")));
        Assert.Contains("default-src 'none'", page.Field("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.True(canary.IsAddressedBy(page.Answer.Text), "The label has no address.");
        Assert.Contains(canary.Phone, System.Net.WebUtility.HtmlDecode(page.Answer.Text), StringComparison.Ordinal);
        Assert.Equal(Text(label, "tracking_id"), Scan(BarsOf(page.Answer.Text)));
        Assert.Equal(["address-opened", "label-created", "label-viewed"], await FactsOf(installation, Text(label, "label_id")));
    }

    [Fact]
    public async Task A_repeat_of_the_key_makes_one_label_and_another_key_another()
    {
        var (installation, order, _) = await NewOrder();
        var key = MarketplaceClient.NewKey();

        var first = (await Make(installation, order, key)).OrThrow();
        var repeat = (await Make(installation, order, key)).OrThrow();
        var other = (await Make(installation, order)).OrThrow();

        Assert.True(repeat.Replayed);
        Assert.Equal(first.Text, repeat.Text);
        Assert.NotEqual(Text(first.Json, "tracking_id"), Text(other.Json, "tracking_id"));
        Assert.Equal(["address-opened", "label-created"], await FactsOf(installation, Text(first.Json, "label_id")));
        Assert.Equal(2, (await Client.Get(installation, $"orders/{order}")).OrThrow().Json.GetProperty("tracking").GetArrayLength());
    }

    [Fact]
    public async Task A_handle_opens_nothing_for_another_installation_order_or_guess()
    {
        var (installation, order, _) = await NewOrder();
        var (other, foreign, _) = await NewOrder();
        var second = await marketplace.NewOrder(installation);
        await Client.Install(TestMarketplace.SellerOf(installation), TestPlugins.Few, [.. TestPlugins.AllScopes]);
        var sibling = $"{TestMarketplace.SellerOf(installation)}/{TestPlugins.Few}";
        var before = await LogExports.ReadAll(Client);

        (await Make(installation, order, handle: Handle(sibling, order))).IsProblem(422, "address-handle-invalid");
        (await Make(sibling, order, handle: Handle(installation, order))).IsProblem(422, "address-handle-invalid");
        (await Make(installation, order, handle: Handle(installation, second))).IsProblem(422, "address-handle-invalid");
        (await Make(installation, order, handle: "adr_00000000000000000000000000000000")).IsProblem(422, "address-handle-invalid");
        (await Make(installation, foreign, handle: Handle(other, foreign))).IsProblem(404, "order-not-found");
        (await Make(other, order, handle: Handle(other, order))).IsProblem(404, "order-not-found");

        var after = await LogExports.ReadAll(Client);
        Assert.Equal((before.Feed, before.Journal), (after.Feed, after.Journal));
    }

    [Fact]
    public async Task Without_the_scope_there_is_neither_handle_nor_label()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, "orders.read", "logistics.write");
        var order = await marketplace.NewOrder(installation);
        var scoped = await marketplace.NewInstallation();
        var listed = await marketplace.NewOrder(scoped);

        Assert.DoesNotContain("address_handle", (await Client.Get(installation, "orders")).OrThrow().Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "address_handle",
            (await Client.Get(installation, $"orders/{order}")).OrThrow().Text,
            StringComparison.Ordinal
        );
        Assert.Equal(
            Handle(scoped, listed),
            Text((await Client.Get(scoped, "orders")).OrThrow().Json.GetProperty("orders")[0], "address_handle")
        );
        (await Make(installation, order, handle: Handle(installation, order))).IsProblem(403, "scope-missing");
    }

    [Fact]
    public async Task What_the_window_hides_or_no_address_is_behind_gets_no_label_and_opens_nothing()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var old = await marketplace.NewOrder(installation, TimeProvider.System.GetUtcNow().AddHours(-30));
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "order.created",
                    seller,
                    "no-buyer",
                    new
                    {
                        currency = "CNY",
                        items = new[]
                        {
                            new
                            {
                                line = 1,
                                product_id = "p",
                                quantity = 1,
                                unit_price = 1m,
                            },
                        },
                    }
                ),
            ])
        ).OrThrowIfRejected();
        var cancelled = await marketplace.NewOrder(installation);
        (await Client.SendEvents([CloudEvents.Of("order.cancelled", seller, cancelled, new { })])).OrThrowIfRejected();
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new { sync_window_hours = 24 });
        var before = await LogExports.ReadAll(Client);

        (await Make(installation, old)).IsProblem(404, "outside-sync-window");
        (await Make(installation, "no-buyer")).IsProblem(409, "address-incomplete");
        (await Make(installation, cancelled)).IsProblem(409, "order-state-conflict");

        var after = await LogExports.ReadAll(Client);
        Assert.Equal((before.Feed, before.Journal), (after.Feed, after.Journal));
    }

    [Fact]
    public async Task An_address_without_a_name_is_opened_once_by_a_fact_and_makes_no_waybill()
    {
        var installation = await marketplace.NewInstallation();
        var buyer = new
        {
            street = "Lane 1",
            region = "Zhejiang",
            country = "CN",
        };
        (
            await Client.SendEvents([
                CloudEvents.Of(
                    "order.created",
                    TestMarketplace.SellerOf(installation),
                    "nameless",
                    new
                    {
                        currency = "CNY",
                        buyer,
                        items = new[]
                        {
                            new
                            {
                                line = 1,
                                product_id = "p",
                                quantity = 1,
                                unit_price = 1m,
                            },
                        },
                    }
                ),
            ])
        ).OrThrowIfRejected();

        (await Make(installation, "nameless")).IsProblem(409, "address-incomplete");

        Assert.False((await Client.Get(installation, "orders/nameless")).OrThrow().Json.GetProperty("tracking").EnumerateArray().Any());
        var facts = await Labels(installation);
        Assert.Equal(["address-opened"], facts.Select(fact => Text(fact, "type")));
    }

    [Fact]
    public async Task The_label_is_for_the_sellers_own_people_and_every_look_is_in_its_trail()
    {
        var (installation, order, canary) = await NewOrder();
        var label = Text((await Make(installation, order)).OrThrow().Json, "label_id");
        var seller = TestMarketplace.SellerOf(installation);

        (await View(installation, label, "finance")).IsProblem(403, "role-not-allowed");
        Assert.Equal(404, (await View(await marketplace.NewInstallation(), label, "owner")).Status);
        (
            await marketplace.Http.Raw(
                "GET",
                $"/seller/v1/labels/lbl_00000000000000000000000000000000?seller={seller}",
                await Client.SellerCenterToken()
            )
        ).IsProblem(404, "label-not-found");
        (await marketplace.Http.Raw("GET", $"/seller/v1/labels/{label}?seller={seller}", await Client.PluginToken(installation))).IsProblem(
            403,
            "role-forbidden"
        );
        Assert.Equal(["address-opened", "label-created"], await FactsOf(installation, label));

        Assert.Equal(200, (await View(installation, label, "owner")).Status);
        Assert.Equal(200, (await View(installation, label, "owner")).Status);

        Assert.Equal(["address-opened", "label-created", "label-viewed", "label-viewed"], await FactsOf(installation, label));
        var entity = $"label/{seller}/{label}";
        var trail = await Eventually.Get(
            async () =>
                (
                    await Client.Send(HttpMethod.Get, $"/seller/v1/audit?seller={seller}&entity={entity}", await Client.SellerCenterToken())
                ).OrThrow(),
            answer => answer.Json.GetProperty("entries").GetArrayLength() == 4,
            "the trail"
        );
        canary.IsNotIn(trail.Text, "the trail");
        var viewed = trail.Json.GetProperty("entries")[0];
        Assert.Equal(("label-viewed", "seller-user:owner"), (Text(viewed, "type"), Text(viewed, "role")));
    }

    [Fact]
    public async Task Rates_are_compared_without_an_address()
    {
        var (installation, order, canary) = await NewOrder();

        var answer = (await Client.Get(installation, $"rates?order_id={order}&weight_g=1200")).OrThrow();

        canary.IsNotIn(answer.Text, "the rates");
        var amounts = answer.Json.GetProperty("rates").EnumerateArray().Select(rate => rate.GetProperty("amount").GetDecimal()).ToArray();
        Assert.Equal([11m, 14m, 16m, 30m], amounts);
        (await Client.Get(installation, $"rates?order_id={order}&weight_g=0")).IsProblem(400, "parameter-invalid");
        (await Client.Get(installation, "rates")).IsProblem(400, "parameter-invalid");
        (await Client.Get(installation, "rates?order_id=nobody")).IsProblem(404, "order-not-found");
    }

    [Fact]
    public void A_seal_opens_for_its_seller_alone()
    {
        var seal = new BuyerSeal(new EphemeralDataProtectionProvider());
        var sealedPart = seal.Seal(SellerId.Parse("s-1", null), "private"u8.ToArray());

        Assert.Equal("private"u8.ToArray(), seal.Open(SellerId.Parse("s-1", null), sealedPart)!.Value.ToArray());
        Assert.Null(seal.Open(SellerId.Parse("s-2", null), sealedPart));
        Assert.Null(new BuyerSeal(new EphemeralDataProtectionProvider()).Open(SellerId.Parse("s-1", null), sealedPart));
        Assert.Null(seal.Open(SellerId.Parse("s-1", null), "nothing"u8.ToArray()));
    }

    [Theory]
    [InlineData("SF0123456789ABCDEF")]
    [InlineData(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("a")]
    public void A_barcode_says_what_it_was_made_of(string text)
    {
        Assert.Equal(text, Scan(Code128.Draw(text).Bars));
        Assert.Throws<ArgumentException>(() => Code128.Draw("收"));
        Assert.Throws<ArgumentException>(() => Code128.Draw("\u00f1"));
    }

    [Fact]
    public void Digits_are_narrower_than_letters() =>
        Assert.True(Code128.Draw("0123456789012345").Width < Code128.Draw("ABCDEFGHIJKLMNOP").Width);

    /// <summary>Reads the bars of an image as a scanner does.</summary>
    private static string Scan(IReadOnlyList<(int X, int Width)> bars)
    {
        var row = new ZXing.Common.BitArray(bars[^1].X + bars[^1].Width + bars[0].X);
        foreach (var (x, width) in bars)
        {
            row.setRange(x, x + width);
        }

        return new ZXing.OneD.Code128Reader().decodeRow(0, row, null).Text;
    }

    private static (int X, int Width)[] BarsOf(string html) =>
        [
            .. Bar()
                .Matches(html)
                .Select(match =>
                    (
                        int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                        int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)
                    )
                ),
        ];

    [GeneratedRegex("<rect x=\"(\\d+)\" y=\"0\" width=\"(\\d+)\"")]
    private static partial Regex Bar();

    private static InstallationId Id(string installation) => InstallationId.Parse(installation, null);

    private static string Handle(string installation, string order) => AddressHandles.Of(Id(installation), order);

    private async Task<(string Installation, string Order, Canary Canary)> NewOrder()
    {
        var installation = await marketplace.NewInstallation();
        var (order, canary) = ($"order-{Guid.NewGuid():N}", new Canary());
        (await Client.SendEvents([canary.Order(TestMarketplace.SellerOf(installation), order)])).OrThrowIfRejected();
        return (installation, order, canary);
    }

    private Task<Answer> Make(string installation, string order, string? key = null, string? handle = null) =>
        Client.Call(
            installation,
            HttpMethod.Post,
            "labels",
            new
            {
                order_id = order,
                address_handle = handle ?? Handle(installation, order),
                carrier = "sf",
                service = "express",
                weight_g = 900,
            },
            key ?? MarketplaceClient.NewKey()
        );

    private async Task<Exchange> View(string installation, string label, string role)
    {
        var seller = TestMarketplace.SellerOf(installation);
        return await marketplace.Http.Raw(
            "GET",
            $"/seller/v1/labels/{label}?seller={seller}",
            await Client.UserToken(seller, "li-lei", role)
        );
    }

    private async Task<IReadOnlyList<JsonElement>> Labels(string installation)
    {
        var facts = new List<JsonElement>();
        await foreach (var fact in Client.Export("journal"))
        {
            if (Text(fact, "entity").StartsWith($"label/{TestMarketplace.SellerOf(installation)}/", StringComparison.Ordinal))
            {
                facts.Add(fact);
            }
        }

        return facts;
    }

    private async Task<IEnumerable<string>> FactsOf(string installation, string label) =>
        (await Labels(installation))
            .Where(fact => Text(fact, "entity").EndsWith($"/{label}", StringComparison.Ordinal))
            .Select(fact => Text(fact, "type"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
