using System.Globalization;
using System.Text.Json;

namespace Marketplace.Api.Tests.Calls;

public class ReceiptTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Every_counted_call_has_a_receipt_that_the_ledger_confirms_and_an_error_has_none()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var order = await marketplace.NewOrder(installation);
        Answer[] answers =
        [
            await Client.Get(installation, "orders"),
            await Client.Get(installation, "orders/none"),
            await Client.Get(installation, $"orders/{order}"),
            await Client.Get(installation, "orders?limit=0"),
            await Client.Call(installation, HttpMethod.Post, $"orders/{order}/flags", new { kind = "other" }),
            await Client.Call(installation, HttpMethod.Post, $"orders/{order}/flags", new { kind = "nonsense" }),
            await Client.Get(installation, "products"),
            await Client.Get(installation, "orders"),
        ];
        Assert.Equal([200, 404, 200, 400, 200, 422, 200, 200], answers.Select(answer => (int)answer.Status));
        Assert.All(answers, answer => Assert.Equal(answer.IsSuccess, answer.Receipt is not null));

        var counted = answers.Where(answer => answer.IsSuccess).ToArray();
        var receipts = counted.Select(answer => answer.Receipt!).ToArray();
        decimal[] prices = [0, 0, 0, 0.020m, 0.020m];
        Assert.Equal([1, 2, 3, 4, 5], receipts.Select(receipt => receipt.Seq));
        Assert.Equal(prices, receipts.Select(receipt => receipt.Price));
        Assert.Equal(Enumerable.Range(1, 5).Select(n => prices.Take(n).Sum()), receipts.Select(receipt => receipt.Total));
        Assert.Equal(counted.Select(answer => answer.RequestId), receipts.Select(receipt => receipt.Call));

        var rows = await Rows(installation);
        for (var i = 0; i < receipts.Length; i++)
        {
            var (row, entry) = Find(rows, receipts[i].Call);
            Assert.Equal(Convert.ToHexStringLower(Convert.FromBase64String(receipts[i].Hash)), row.GetProperty("hash").GetString());
            Assert.Equal(receipts[i].Day.ToString("O", CultureInfo.InvariantCulture), row.GetProperty("day").GetString());
            Assert.Equal(receipts[i].Seq, entry.GetProperty("n").GetInt64());
            Assert.Equal(receipts[i].Price, entry.GetProperty("price").GetDecimal());
            Assert.Equal((int)counted[i].Status, entry.GetProperty("status").GetInt32());
        }

        Assert.Equal(5, rows.Sum(row => row.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_receipt_is_a_structured_dictionary_in_its_documented_form()
    {
        var installation = await marketplace.NewInstallation();
        var answer = await marketplace.Http.Raw("GET", "/open/v1/orders", await Client.PluginToken(installation));

        Assert.Matches(
            """^seq=1, day="\d{4}-\d\d-\d\d", price=0\.000, total=0\.000, call="[0-9a-f]{32}", hash=:[A-Za-z0-9+/]{43}=:$""",
            answer.Field("Marketplace-Receipt")
        );
        Assert.Matches("""^"daily";q=\d+;w=86400, "burst";q=\d+;w=\d+$""", answer.Field("RateLimit-Policy"));
        Assert.Matches("""^"daily";r=\d+;t=\d+, "burst";r=\d+;t=\d+$""", answer.Field("RateLimit"));
    }

    [Fact]
    public async Task Limits_are_on_every_answer_whatever_it_is()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        var limits = new List<Answer>
        {
            await Client.Get(installation, "quota"),
            await Client.Get(installation, "orders"),
            await Client.Get(installation, "orders/none"),
            await Client.Get(installation, "products"),
        };
        await Client.Pause(installation);
        limits.Add(await Client.Get(installation, "orders"));

        Assert.Equal([200, 200, 404, 403, 403], limits.Select(answer => (int)answer.Status));
        Assert.Equal([7, 6, 6, 6, 6], limits.Select(answer => answer.Limits["daily"].Remaining!.Value));
        Assert.All(limits, answer => Assert.Equal((7, 1_000_000), (answer.Limits["daily"].Quota, answer.Limits["burst"].Quota)));
        Assert.All(limits, answer => Assert.InRange(answer.Limits["daily"].Reset!.Value, TimeSpan.Zero, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task A_callers_trace_does_not_become_the_calls_id()
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.PluginToken(installation);
        const string Trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

        var first = await marketplace.Http.Raw("GET", "/open/v1/orders", token, headers: ("traceparent", Trace));
        var second = await marketplace.Http.Raw("GET", "/open/v1/orders", token, headers: ("traceparent", Trace));

        Assert.Equal(2, second.Answer.Receipt!.Seq);
        Assert.NotEqual(first.Answer.RequestId, second.Answer.RequestId);
        Assert.DoesNotContain("0123456789abcdef", first.Answer.RequestId, StringComparison.Ordinal);
    }

    private static (JsonElement Row, JsonElement Entry) Find(IEnumerable<JsonElement> rows, string call) =>
        rows.SelectMany(row => row.GetProperty("entries").EnumerateArray().Select(entry => (row, entry)))
            .Single(pair => pair.entry.GetProperty("call").GetString() == call);

    private async Task<List<JsonElement>> Rows(string installation) =>
        [.. (await LogExports.ReadAll(Client)).LedgerOf(installation).Select(line => JsonElement.Parse(line))];
}
