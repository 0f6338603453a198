using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Marketplace.Samples.Tests;

/// <summary>samples/logistics against the server; it is told to take what arrives in two days.</summary>
public sealed class LogisticsTests(Market market)
{
    private static readonly string[] Required = ["orders.read", "logistics.write", "logistics.rate.read"];
    private static readonly string[] All = [.. Required, "logistics.label.write"];

    [Fact]
    public async Task It_writes_the_waybill_of_the_cheapest_carrier_that_is_fast_enough()
    {
        var installation = await market.Install("label-printer", All);

        await market.Send(TestOrders.Created(installation, "O-1", [1, 2]), TestOrders.Paid(installation, "O-1"));

        var waybill = Assert.Single(Waybills(await market.Settled(installation, "O-1", "order.paid")));
        Assert.Equal("SF Express", waybill.GetProperty("carrier").GetString());
        Assert.StartsWith("SF", waybill.GetProperty("tracking_id").GetString(), StringComparison.Ordinal);

        using var compared = await Compare(installation, "O-1", SampleProcess.CompareKey);
        Assert.Equal(HttpStatusCode.OK, compared.StatusCode);
        var comparison = JsonElement.Parse(await compared.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1_500, comparison.GetProperty("weight_g").GetInt32());
        Assert.Equal("zto", comparison.GetProperty("rates")[0].GetProperty("carrier").GetString());
        Assert.Equal(
            "sf standard",
            $"{comparison.GetProperty("taken").GetProperty("carrier")} {comparison.GetProperty("taken").GetProperty("service")}"
        );
    }

    [Theory]
    [InlineData("the seller makes labels by hand")]
    [InlineData("there is no street")]
    [InlineData("it has a waybill")]
    public async Task It_makes_no_label_where_there_is_nothing_to_make_it_of(string why)
    {
        var installation = await market.Install("label-printer", why == "the seller makes labels by hand" ? Required : All);
        var street = why == "there is no street" ? null : "Example Lane 47";
        var expected = 0;

        await market.Send(TestOrders.Created(installation, "O-1", [1], street: street));
        if (why == "it has a waybill")
        {
            var written = new { tracking_id = "YT-by-hand", carrier = "yto" };
            (await market.Client.Call(installation, HttpMethod.Post, "orders/O-1/tracking", written, MarketplaceClient.NewKey())).OrThrow();
            expected = 1;
        }

        await market.Send(TestOrders.Paid(installation, "O-1"));

        Assert.Equal(expected, Waybills(await market.Settled(installation, "O-1", "order.paid")).Count());
        Assert.All(await market.Deliveries(installation), delivery =>
            Assert.NotEqual("failed", delivery.GetProperty("outcome").GetString())
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-key")]
    public async Task A_comparison_is_shown_to_holders_of_the_key_alone(string? key)
    {
        using var answer = await Compare("shenzhen-lamp/label-printer", "D-0001", key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> Compare(string installation, string order, string? key)
    {
        var address = new Uri(market.Logistics.Address, $"compare?installation={Uri.EscapeDataString(installation)}&order={order}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await market.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static JsonElement.ArrayEnumerator Waybills(JsonElement order) => order.GetProperty("tracking").EnumerateArray();
}
