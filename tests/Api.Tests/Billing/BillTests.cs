using System.Globalization;
using System.Text.Json;

namespace Marketplace.Api.Tests.Billing;

public class BillTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Bill_CSV_drill_down_and_receipts_say_the_same_to_the_thousandth()
    {
        var seller = marketplace.NewSeller();
        var receipts = new List<Receipt>();
        foreach (var plugin in new[] { TestPlugins.Few, TestPlugins.Everything })
        {
            await Client.Install(seller, plugin, "orders.read", "products.read");
            foreach (var path in new[] { "orders", "products", "orders?limit=2", "orders", "products", "orders?limit=1" })
            {
                receipts.Add((await Client.Get($"{seller}/{plugin}", path)).Receipt!);
                // What is refused and what is free is in no receipt, so it must be on no bill.
                Assert.Null((await Client.Get($"{seller}/{plugin}", "orders/none")).Receipt);
                Assert.Null((await Client.Call($"{seller}/{plugin}", HttpMethod.Post, "events/confirm", new { cursor = "ZTA" })).Receipt);
            }
        }

        var day = receipts[0].Day;
        var bill = (await Client.Bill(seller, day)).Json;
        var lines = bill.GetProperty("lines").EnumerateArray().ToArray();

        Assert.Equal(
            (seller, day.ToString("yyyy-MM", CultureInfo.InvariantCulture), "CNY", "open"),
            (Text(bill, "seller"), Text(bill, "month"), Text(bill, "currency"), Text(bill, "state"))
        );
        Assert.Equal(0.055m, bill.GetProperty("total").GetDecimal());
        Assert.Equal(0.06m, bill.GetProperty("statement_total").GetDecimal());
        Assert.Equal(receipts.Sum(receipt => receipt.Price), lines.Sum(line => line.GetProperty("amount").GetDecimal()));
        Assert.All(lines, line => Assert.Equal(Number(line, "amount"), Number(line, "unit_price") * Number(line, "calls")));
        Assert.Equal(receipts.Count, lines.Sum(line => line.GetProperty("calls").GetInt32()));
        Assert.Contains(lines, line =>
            (Text(line, "plugin"), Text(line, "tier"), Text(line, "api")) == (TestPlugins.Few, "4-5", "orders.list")
        );

        Assert.Equal(lines.Select(Row), await CsvRows(seller, day, total: "total,,,,12,,0.055,CNY"));
        foreach (var line in lines)
        {
            var calls = await Calls(seller, line);
            Assert.Equal(line.GetProperty("calls").GetInt32(), calls.Count);
            Assert.Equal(Number(line, "amount"), calls.Sum(call => Number(call, "price")));
            Assert.All(calls, call => Assert.Contains(Text(call, "call"), receipts.Select(receipt => receipt.Call)));
        }
    }

    [Fact]
    public async Task A_bill_of_one_plugin_leaves_out_the_others_and_of_nobody_is_empty()
    {
        var seller = marketplace.NewSeller();
        var month = string.Empty;
        foreach (var plugin in new[] { TestPlugins.Few, TestPlugins.Everything })
        {
            await Client.Install(seller, plugin, "orders.read");
            var day = (await Client.Get($"{seller}/{plugin}", "orders")).OrThrow().Receipt!.Day;
            month = day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        }

        var line = Assert.Single(await Lines($"{month}?seller={seller}&plugin={TestPlugins.Few}", seller));
        Assert.Equal(TestPlugins.Few, Text(line, "plugin"));
        Assert.Empty(await Lines($"{month}?seller=nobody", "nobody"));
        Assert.Empty(await Lines($"2020-01?seller={seller}", seller));
    }

    [Fact]
    public async Task The_single_calls_come_in_pages()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything);
        var seller = TestMarketplace.SellerOf(installation);
        for (var i = 0; i < 5; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var day = (await Client.Quota(installation)).Json.GetProperty("day").GetString();
        var path = $"/seller/v1/bills/{day![..7]}/calls?seller={seller}&plugin={TestPlugins.Everything}&day={day}&limit=2";
        var numbers = new List<long>();
        for (string? cursor = null; ; )
        {
            var page = (
                await Client.Send(HttpMethod.Get, path + (cursor is null ? "" : $"&cursor={cursor}"), await Client.SellerCenterToken())
            )
                .OrThrow()
                .Json;
            numbers.AddRange(page.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("seq").GetInt64()));
            cursor = page.GetProperty("next_cursor").GetString();
            Assert.Equal(cursor is not null, page.GetProperty("has_more").GetBoolean());
            if (cursor is null)
            {
                break;
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], numbers);
    }

    private static string Row(JsonElement line) =>
        string.Join(
            ',',
            Text(line, "plugin"),
            Text(line, "day"),
            Text(line, "tier"),
            Text(line, "api"),
            line.GetProperty("calls").GetRawText(),
            Amount(line, "unit_price"),
            Amount(line, "amount"),
            "CNY"
        );

    private static string Amount(JsonElement line, string name) => Number(line, name).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static decimal Number(JsonElement element, string name) => element.GetProperty(name).GetDecimal();

    private async Task<string[]> CsvRows(string seller, DateOnly day, string total)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/seller/v1/bills/{day:yyyy-MM}?seller={seller}");
        var byAccept = await marketplace.Http.Raw("GET", path, await Client.SellerCenterToken(), headers: ("Accept", "text/csv"));
        var byFormat = await marketplace.Http.Raw("GET", path + "&format=csv", await Client.SellerCenterToken());
        Assert.Equal("text/csv", byAccept.Answer.ContentType);
        Assert.Equal(byAccept.Answer.Text, byFormat.Answer.Text);
        var rows = byAccept.Answer.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("plugin,day,tier,api,calls,unit_price,amount,currency", rows[0]);
        Assert.Equal(total, rows[^1]);
        return rows[1..^1];
    }

    private async Task<List<JsonElement>> Calls(string seller, JsonElement line)
    {
        var day = Text(line, "day");
        var query = $"seller={seller}&plugin={Text(line, "plugin")}&day={day}&api={Text(line, "api")}&tier={Text(line, "tier")}&limit=1000";
        var answer = await Client.Send(HttpMethod.Get, $"/seller/v1/bills/{day[..7]}/calls?{query}", await Client.SellerCenterToken());
        return [.. answer.OrThrow().Json.GetProperty("calls").EnumerateArray()];
    }

    private async Task<JsonElement[]> Lines(string path, string seller)
    {
        var bill = (await Client.Send(HttpMethod.Get, $"/seller/v1/bills/{path}", await Client.SellerCenterToken())).OrThrow().Json;
        Assert.Equal(seller, Text(bill, "seller"));
        return [.. bill.GetProperty("lines").EnumerateArray()];
    }
}
