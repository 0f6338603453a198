using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Billing;

public class ClosedBillTests(ClosedBillTests.Later marketplace) : IClassFixture<ClosedBillTests.Later>
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_bill_is_closed_disputed_and_corrected_on_the_next_one()
    {
        marketplace.Clock.Offset = TimeSpan.Zero;
        var seller = marketplace.NewSeller();
        await Client.Install(seller, TestPlugins.Few, "orders.read");
        var day = default(DateOnly);
        for (var call = 0; call < 5; call++)
        {
            day = (await Client.Get($"{seller}/{TestPlugins.Few}", "orders")).OrThrow().Receipt!.Day;
        }

        var month = day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var (operators, owner) = (await marketplace.FreshToken("operator"), await Client.UserToken(seller));
        var close = $"/platform/v1/billing/{seller}/bills/{month}/close";
        (await marketplace.Http.Raw("POST", close, operators)).IsProblem(409, "bill-not-closable");
        (await marketplace.Http.Raw("GET", $"/seller/v1/bills/{month}/statement?seller={seller}", owner)).IsProblem(409, "bill-not-closed");

        marketplace.Clock.Offset = TimeSpan.FromDays(40);
        var closed = (await Client.Send(HttpMethod.Post, close, operators)).OrThrow().Json;
        Assert.Equal(closed.GetRawText(), (await Client.Send(HttpMethod.Post, close, operators)).OrThrow().Json.GetRawText());

        var bill = (await Client.Bill(seller, day)).Json;
        Assert.Equal(("closed", Text(closed, "sha256")), (Text(bill, "state"), Text(bill.GetProperty("statement"), "sha256")));
        var statement = await marketplace.Http.Raw("GET", $"/seller/v1/bills/{month}/statement?seller={seller}", owner);
        Assert.Equal(Text(closed, "sha256"), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement.Answer.Text))));
        var page = await marketplace.Http.Raw("GET", $"/seller/v1/bills/{month}?seller={seller}&format=html&lang=zh", owner);
        Assert.Contains("插件账单", page.Answer.Text, StringComparison.Ordinal);
        Assert.Contains(Text(closed, "sha256"), page.Answer.Text, StringComparison.Ordinal);

        var line = bill.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("amount").GetDecimal() > 0);
        var dispute = new
        {
            seller,
            plugin = Text(line, "plugin"),
            day = Text(line, "day"),
            tier = Text(line, "tier"),
            api = Text(line, "api"),
            reason = "Not ours",
        };
        var filed = (await Client.Send(HttpMethod.Post, $"/seller/v1/bills/{month}/disputes", owner, dispute)).OrThrow().Json;
        var open = (await Client.Send(HttpMethod.Get, "/platform/v1/billing/disputes", operators)).OrThrow().Json;
        Assert.Contains(open.GetProperty("disputes").EnumerateArray(), one =>
            Text(one, "seller") == seller && Text(one, "id") == Text(filed, "id")
        );
        var accept = $"/platform/v1/billing/{seller}/disputes/{Text(filed, "id")}/accept";
        var accepted = (await Client.Send(HttpMethod.Post, accept, operators, new { amount = 0.01m, reason = "Our retry" })).OrThrow().Json;
        Assert.Equal("accepted", Text(accepted, "state"));

        var debit = new
        {
            kind = "debit",
            amount = 2.50m,
            reason = "Setup",
            reference = "=invoice 7",
        };
        var key = MarketplaceClient.NewKey();
        var adjusted = (await Client.Send(HttpMethod.Post, $"/platform/v1/billing/{seller}/adjustments", operators, debit, key)).OrThrow();
        var repeated = (await Client.Send(HttpMethod.Post, $"/platform/v1/billing/{seller}/adjustments", operators, debit, key)).OrThrow();
        Assert.Equal(adjusted.Json.GetRawText(), repeated.Json.GetRawText());

        var next = (await Client.Bill(seller, day.AddDays(40))).Json;
        Assert.Equal(("open", 2.49m), (Text(next, "state"), next.GetProperty("total").GetDecimal()));
        Assert.Equal(bill.GetRawText(), (await Client.Bill(seller, day)).Json.GetRawText());
        var csv = await marketplace.Http.Raw("GET", $"/seller/v1/bills/{day.AddDays(40):yyyy-MM}?seller={seller}&format=csv", owner);
        Assert.Contains("adjustment-operator,'=invoice 7,,,2.500,CNY", csv.Answer.Text, StringComparison.Ordinal);
        await TestKit.Eventually.Holds(
            async () =>
            {
                var list = await Client.Send(HttpMethod.Get, $"/seller/v1/notifications?seller={seller}", owner);
                var kinds = list.OrThrow().Json.GetProperty("notifications").EnumerateArray().Select(one => Text(one, "kind")).ToArray();
                return kinds.Contains("billing.month-closed") && kinds.Contains("billing.dispute-accepted");
            },
            "the seller is notified"
        );
    }

    [Fact]
    public async Task Others_neither_see_nor_change_a_sellers_account()
    {
        var (seller, stranger) = (marketplace.NewSeller(), await Client.UserToken(marketplace.NewSeller()));
        foreach (var path in new[] { "bills/2026-01/statement", "bills/2026-01", "bill-disputes", "bills/2026-01/proof" })
        {
            (await marketplace.Http.Raw("GET", $"/seller/v1/{path}?seller={seller}", stranger)).IsProblem(404, "seller-not-found");
        }

        var body = new
        {
            seller,
            plugin = "p",
            day = "2026-01-01",
            tier = "t",
            api = "a",
            reason = "r",
        };
        Assert.Equal(404, (int)(await Client.Send(HttpMethod.Post, "/seller/v1/bills/2026-01/disputes", stranger, body)).Status);
        Assert.Equal(403, (int)(await Client.Send(HttpMethod.Get, $"/platform/v1/billing/{seller}", stranger)).Status);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>A marketplace with a clock for its grains that a test puts forward.</summary>
    public sealed class Later : TestMarketplace
    {
        public ShiftedClock Clock { get; } = new();

        protected override void Configure(IWebHostBuilder builder) =>
            builder.ConfigureTestServices(services => services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Clock));
    }
}
