using System.Text.Json;

namespace Marketplace.Api.Tests.Privacy;

/// <summary>R23: what the platform knows of a buyer leaves nowhere.</summary>
public class RedactionTests(TestMarketplace marketplace)
{
    private static readonly string[] Canaries =
    [
        .. CloudEvents.PrivateTexts,
        "customer-1",
        "Hangzhou\"",
        "postcode-canary",
        "canary.type",
        "canary source",
    ];

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_buyers_private_data_are_in_no_answer_export_log_or_metric()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var order = await marketplace.NewOrder(installation);
        var other = await marketplace.NewOrder(installation);
        (await Client.SendEvents([Track(seller, order)])).OrThrowIfRejected();

        var texts = new List<string>();
        foreach (var path in new[] { "orders", "orders?limit=1", $"orders/{order}", "tracking/waybill-1", "products", "quota" })
        {
            texts.Add((await Client.Get(installation, path)).OrThrow().Text);
        }

        texts.Add((await Write(installation, $"orders/{order}/flags", new { kind = "other" })).OrThrow().Text);
        texts.Add((await Write(installation, $"orders/{order}/tracking", new { tracking_id = "waybill-2", carrier = "c" })).OrThrow().Text);
        texts.Add((await Write(installation, $"orders/{order}/merge", new { with = new[] { other } })).OrThrow().Text);
        var exports = await LogExports.ReadAll(Client);
        texts.AddRange([exports.Ledger, exports.Feed, exports.Journal, .. await Operators(installation), .. marketplace.Logs.Lines]);

        foreach (var canary in Canaries)
        {
            Assert.DoesNotContain(texts, text => text.Contains(canary, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task What_is_kept_back_is_shown_as_kept_back()
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);

        var buyer = (await Client.Get(installation, $"orders/{order}")).OrThrow().Json.GetProperty("buyer");

        Assert.Equal(("Zhejiang", "CN", "31"), (Text(buyer, "region"), Text(buyer, "country"), Text(buyer, "postcode_prefix")));
        foreach (var name in new[] { "name", "phone", "email", "identity_number", "street", "city", "postcode", "customer_id" })
        {
            Assert.Equal("""{"redacted":true,"reason":"buyer-private"}""", buyer.GetProperty(name).GetRawText());
        }
    }

    [Theory]
    [InlineData("call canary@example.invalid")]
    [InlineData("+86 139 0000 4711")]
    public async Task A_plugin_cannot_write_private_data_back_and_is_not_told_what_it_wrote(string note)
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);
        var before = await LogExports.ReadAll(Client);

        var answer = await Write(installation, $"orders/{order}/flags", new { kind = "other", note });

        answer.IsProblem(422, "private-data-in-input");
        Assert.DoesNotContain(note, answer.Text, StringComparison.Ordinal);
        Assert.Equal(before.Feed, (await LogExports.ReadAll(Client)).Feed);
    }

    [Fact]
    public async Task A_refused_event_is_not_repeated_in_its_refusal()
    {
        var item = CloudEvents.OrderCreated(marketplace.NewSeller(), "one");
        item["type"] = "canary.type";
        item["source"] = "canary source";

        var answer = await Client.SendEvents([item, new { name = CloudEvents.PrivateTexts[0] }, CloudEvents.PrivateTexts[1]]);

        foreach (var canary in Canaries)
        {
            Assert.DoesNotContain(canary, answer.OrThrow().Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static Dictionary<string, object> Track(string seller, string order) =>
        CloudEvents.Of(
            "logistics.track.updated",
            seller,
            "waybill-1",
            new
            {
                order_id = order,
                carrier = "c",
                status = "moving",
                location = "Shenzhen",
                courier_phone = CloudEvents.PrivateTexts[1],
                receiver = CloudEvents.PrivateTexts[0],
            }
        );

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private Task<Answer> Write(string installation, string path, object body) =>
        Client.Call(installation, HttpMethod.Post, path, body, MarketplaceClient.NewKey());

    private async Task<IEnumerable<string>> Operators(string installation)
    {
        var seller = TestMarketplace.SellerOf(installation);
        var center = await Client.SellerCenterToken();
        var answers = new List<Answer> { await Client.Send(HttpMethod.Get, "/metrics", token: null) };
        foreach (
            var path in new[]
            {
                $"/seller/v1/installations/{installation}/diagnosis",
                $"/seller/v1/installations?seller={seller}",
                $"/seller/v1/bills/2026-11?seller={seller}",
            }
        )
        {
            answers.Add(await Client.Send(HttpMethod.Get, path, center));
        }

        foreach (var path in new[] { "", "DashboardCounters", "ClusterStats", "TopGrainMethods", "Reminders/1", "GrainTypes" })
        {
            answers.Add(await Client.Send(HttpMethod.Get, $"/ops/dashboard/{path}", await Client.OperatorToken()));
        }

        return answers.Select(answer => answer.Text);
    }
}
