using System.Text.Json;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Risk;

/// <summary>R70: the shop is protected first, and the seller decides.</summary>
public class HoldTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_translator_that_changes_a_price_is_held_passes_when_confirmed_and_is_held_again_when_that_is_taken_back()
    {
        var shop = await Shop.Open(marketplace);
        (await shop.Patch(new { title = "台灯" })).OrThrow();

        var problem = (await shop.Patch(new { title = "台灯", price = 1m })).IsProblem(403, "risk-hold");
        var facts = problem.GetProperty("evidence").GetProperty("facts");
        Assert.Equal(
            ("h1", "outside-purpose", "products.patch", "price", "open", "30"),
            (
                Text(facts, "hold"),
                Text(facts, "rule"),
                Text(facts, "operation"),
                Text(facts, "fields"),
                Text(facts, "state"),
                Text(facts, "score")
            )
        );
        Assert.Equal("seller", Text(problem.GetProperty("fix"), "by"));

        var confirm = Text(problem.GetProperty("fix"), "action").Split(' ', ',')[1];
        Assert.EndsWith($"{shop.Installation}/holds/h1/confirm", confirm, StringComparison.Ordinal);
        Assert.Equal("confirmed", Text((await shop.Decide("h1", "confirm")).OrThrow().Json, "state"));
        Assert.Equal(1m, (await shop.Patch(new { price = 1m })).OrThrow().Json.GetProperty("product").GetProperty("price").GetDecimal());

        Assert.Equal("reversed", Text((await shop.Decide("h1", "reverse")).OrThrow().Json, "state"));
        Assert.Equal(
            "h2",
            Text((await shop.Patch(new { price = 2m })).IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"), "hold")
        );
    }

    [Fact]
    public async Task A_translator_writes_translations_but_its_change_of_the_main_image_is_held()
    {
        var shop = await Shop.Open(marketplace);
        (await shop.Patch(new { title = "台灯", attributes = new { title_de = "Lampe", description_fr = "une lampe" } })).OrThrow();

        var problem = (
            await shop.Patch(new { attributes = new { title_de = "Lampe", main_image = "https://elsewhere.example/1.png" } })
        ).IsProblem(403, "risk-hold");
        Assert.Equal("attributes.main_image", Text(problem.GetProperty("evidence").GetProperty("facts"), "fields"));
        await shop.Decide("h1", "confirm");
        (await shop.Patch(new { attributes = new { main_image = "https://elsewhere.example/1.png" } })).OrThrow();
    }

    [Fact]
    public async Task Names_that_a_plugin_makes_up_do_not_get_into_holds_facts_and_refusals()
    {
        var shop = await Shop.Open(marketplace);
        var body = new Dictionary<string, object>
        {
            ["buyer Wang"] = 1,
            ["attributes"] = new Dictionary<string, string>
            {
                ["wang@example.com"] = "x",
                ["call_13800138000"] = "x",
                [new string('n', 100)] = "x",
            },
        };
        var answer = await shop.Patch(body);
        Assert.Equal(
            "$unknown attributes.$unknown",
            Text(answer.IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"), "fields")
        );
        var facts = (await LogExports.ReadAll(Client))
            .Journal.Split('\n')
            .Where(line => line.Contains($"\"risk/{shop.Installation}\"", StringComparison.Ordinal));
        foreach (var text in (string[])[answer.Text, (await shop.Holds()).GetRawText(), .. facts])
        {
            Assert.DoesNotContain("wang", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("138001", text, StringComparison.Ordinal);
            Assert.DoesNotContain("nnnn", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_held_write_is_neither_done_nor_counted_nor_billed_and_its_key_stays_free()
    {
        var shop = await Shop.Open(marketplace);
        var before = (await LogExports.ReadAll(Client)).Feed;
        var key = MarketplaceClient.NewKey();
        for (var i = 0; i < 3; i++)
        {
            var answer = await shop.Patch(new { price = 1m }, key);
            answer.IsProblem(403, "risk-hold");
            Assert.Null(answer.Receipt);
        }

        Assert.Equal(0, (await Client.Quota(shop.Installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
        Assert.Empty(
            (await Client.Bill(shop.Seller, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(8).DateTime)))
                .Json.GetProperty("lines")
                .EnumerateArray()
        );
        Assert.Equal(before, (await LogExports.ReadAll(Client)).Feed);

        await shop.Decide("h1", "confirm");
        Assert.Equal(1, (await shop.Patch(new { price = 1m }, key)).OrThrow().Receipt!.Seq);
    }

    [Fact]
    public async Task Every_attempt_refers_to_one_hold_which_the_seller_finds_with_score_detail_and_call()
    {
        var shop = await Shop.Open(marketplace);
        var first = await shop.Patch(new { price = 1m });
        await shop.Patch(new { category = "x", price = 2m });

        var list = await shop.Holds();
        var hold = Assert.Single(list.GetProperty("holds").EnumerateArray());
        Assert.Equal((30m, 30m), (list.GetProperty("score").GetDecimal(), hold.GetProperty("score").GetDecimal()));
        Assert.Equal(
            ("h1", "outside-purpose", "open", first.RequestId),
            (Text(hold, "id"), Text(hold, "rule"), Text(hold, "state"), Text(hold, "call"))
        );
        Assert.Contains("price", Text(hold.GetProperty("detail"), "zh"), StringComparison.Ordinal);
        Assert.Contains("price", Text(hold.GetProperty("detail"), "en"), StringComparison.Ordinal);
        Assert.False(hold.TryGetProperty("decided_at", out _));

        var facts = (await LogExports.ReadAll(Client))
            .Journal.Split('\n')
            .Where(line => line.Contains($"\"risk/{shop.Installation}\"", StringComparison.Ordinal))
            .ToArray();
        Assert.Collection(
            facts,
            raised => Assert.Contains("hold-raised", raised, StringComparison.Ordinal),
            widened => Assert.Contains("category", widened, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_rejection_keeps_the_write_shut_and_counts_double()
    {
        var shop = await Shop.Open(marketplace);
        await shop.Patch(new { price = 1m });
        Assert.Equal("rejected", Text((await shop.Decide("h1", "reject", "staff")).OrThrow().Json, "state"));
        Assert.Equal(
            "rejected",
            Text((await shop.Patch(new { price = 1m })).IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"), "state")
        );
        Assert.Equal(60m, (await shop.Holds()).GetProperty("score").GetDecimal());
        (await shop.Decide("h1", "confirm")).IsProblem(409, "hold-decided");
        (await shop.Patch(new { title = "still fine" })).OrThrow();
    }

    [Theory]
    [InlineData("staff")]
    [InlineData("finance")]
    public async Task Only_the_owner_confirms(string role)
    {
        var shop = await Shop.Open(marketplace);
        await shop.Patch(new { price = 1m });
        (await shop.Decide("h1", "confirm", role)).IsProblem(403, "role-not-allowed");
        var center = await Client.Send(
            HttpMethod.Post,
            $"/seller/v1/installations/{shop.Installation}/holds/h1/confirm",
            await Client.SellerCenterToken(),
            new { }
        );
        center.IsProblem(403, "role-not-allowed");
        (await shop.Patch(new { price = 1m })).IsProblem(403, "risk-hold");
    }

    [Fact]
    public async Task Only_the_owner_takes_a_rejection_back()
    {
        var shop = await Shop.Open(marketplace);
        await shop.Patch(new { price = 1m });
        await shop.Decide("h1", "reject", "staff");
        (await shop.Decide("h1", "reverse", "staff")).IsProblem(403, "role-not-allowed");
        var center = await Client.Send(
            HttpMethod.Post,
            $"/seller/v1/installations/{shop.Installation}/holds/h1/reverse",
            await Client.SellerCenterToken(),
            new { }
        );
        center.IsProblem(403, "role-not-allowed");
        Assert.Equal(
            "h1",
            Text((await shop.Patch(new { price = 1m })).IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"), "hold")
        );

        (await shop.Decide("h1", "reverse")).OrThrow();
        Assert.Equal(
            "h2",
            Text((await shop.Patch(new { price = 1m })).IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"), "hold")
        );
    }

    [Fact]
    public async Task What_is_not_there_is_not_decided()
    {
        var shop = await Shop.Open(marketplace);
        (await shop.Decide("h1", "confirm")).IsProblem(404, "hold-not-found");
        await shop.Patch(new { price = 1m });
        (await shop.Decide("h1", "reverse")).IsProblem(409, "hold-undecided");
        (await shop.Send(HttpMethod.Post, "holds/h1/reject", new { reason = new string('x', 501) })).IsProblem(400, "body-invalid");
    }

    [Fact]
    public async Task A_repeated_decision_answers_as_the_first_did_and_another_with_its_key_is_refused()
    {
        var shop = await Shop.Open(marketplace);
        await shop.Patch(new { price = 1m });
        var (token, key) = (await Client.UserToken(shop.Seller), MarketplaceClient.NewKey());
        Task<Answer> Send(string decision) =>
            Client.Send(HttpMethod.Post, $"/seller/v1/installations/{shop.Installation}/holds/h1/{decision}", token, new { }, key);
        var first = (await Send("reject")).OrThrow().Text;
        await shop.Decide("h1", "reverse");
        Assert.Equal(first, (await Send("reject")).OrThrow().Text);
        (await Send("reverse")).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_burst_of_product_changes_is_held_and_reads_go_on()
    {
        RiskRule[] rules = [RiskRuleSet.Standard.Rules[2] with { Threshold = 3, WindowSeconds = 3_600 }];
        await Shop.With(marketplace, [.. rules], async () =>
        {
            var shop = await Shop.Open(marketplace, TestPlugins.Everything);
            (await Client.Call(shop.Installation, HttpMethod.Patch, "products/none", new { title = "x" })).IsProblem(
                404,
                "product-not-found"
            );
            for (var i = 0; i < 3; i++)
            {
                (await shop.Patch(new { title = $"Lamp {i}" })).OrThrow();
            }

            Assert.Equal(
                "product-burst",
                Text(
                    (await shop.Patch(new { title = "Lamp 4" })).IsProblem(403, "risk-hold").GetProperty("evidence").GetProperty("facts"),
                    "rule"
                )
            );
            (await Client.Get(shop.Installation, "products")).OrThrow();
            await shop.Decide("h1", "confirm");
            for (var i = 0; i < 5; i++)
            {
                (await shop.Patch(new { title = $"Lamp {i + 5}" })).OrThrow();
            }
        });
    }

    [Fact]
    public async Task A_sudden_new_verb_of_an_established_plugin_is_held()
    {
        RiskRule[] rules = [RiskRuleSet.Standard.Rules[1] with { BaselineDays = 1, BaselineCalls = 6 }];
        await Shop.With(marketplace, [.. rules], async () =>
        {
            var shop = await Shop.Open(
                marketplace,
                TestPlugins.Everything,
                "products.read",
                "products.write",
                "orders.read",
                "orders.flag"
            );
            var order = await marketplace.NewOrder(shop.Installation);
            (await shop.Patch(new { title = "used before" })).OrThrow();
            for (var i = 0; i < 6; i++)
            {
                (await Client.Get(shop.Installation, "orders")).OrThrow();
            }

            // The baseline was read with the first write, when the plugin was new; a counter that starts again reads it anew.
            await Reload(shop.Installation);
            var flag = new { kind = "other" };
            var facts = (await Client.Call(shop.Installation, HttpMethod.Post, $"orders/{order}/flags", flag))
                .IsProblem(403, "risk-hold")
                .GetProperty("evidence")
                .GetProperty("facts");
            Assert.Equal(("new-verb", "orders.flag", "7"), (Text(facts, "rule"), Text(facts, "operation"), Text(facts, "calls")));
            (await shop.Patch(new { title = "known" })).OrThrow();
            await shop.Decide("h1", "confirm");
            (await Client.Call(shop.Installation, HttpMethod.Post, $"orders/{order}/flags", flag)).OrThrow();
        });
    }

    [Fact]
    public async Task A_rule_that_only_observes_refuses_nothing_and_writes_one_fact()
    {
        RiskRule[] rules = [RiskRuleSet.Standard.Rules[0] with { Mode = RiskMode.Observe }];
        await Shop.With(marketplace, [.. rules], async () =>
        {
            var shop = await Shop.Open(marketplace);
            (await shop.Patch(new { price = 1m })).OrThrow();
            (await shop.Patch(new { price = 2m })).OrThrow();
            Assert.Equal(0, (await shop.Holds()).GetProperty("holds").GetArrayLength());
        });
    }

    private async Task Reload(string installation)
    {
        var counter = marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IQuotaGrain>(GrainKeys.Quota(InstallationId.Parse(installation, null)));
        var before = (await counter.Inspect(TestContext.Current.CancellationToken))!.LoadedAt;
        await counter.Reload();

        // The old one answers until it has ended.
        await Eventually.Get(
            async () => (await counter.Inspect(TestContext.Current.CancellationToken))?.LoadedAt,
            loaded => loaded > before,
            "the counter starts again"
        );
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
