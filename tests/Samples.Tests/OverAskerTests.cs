using System.Text.Json;

namespace Marketplace.Samples.Tests;

/// <summary>samples/over-asker against the server: what the gate cannot see in its code is refused when it calls.</summary>
public sealed class OverAskerTests(Market market)
{
    [Fact]
    public async Task Its_leak_is_refused_and_recorded_as_a_finding()
    {
        var installation = await market.Install("order-pilot", "orders.read", "logistics.write", "orders.flag");
        await market.Send(TestOrders.Created(installation, "O-1", [1]));
        var (id, secret) = market.ClientOf("order-pilot");
        using var folder = ClientFolder.Copy("samples/over-asker");

        var printed = await folder.Run(
            [
                ("MARKETPLACE_URL", market.Address.AbsoluteUri),
                ("CLIENT_ID", id),
                ("CLIENT_SECRET", secret),
                ("INSTALLATION", installation),
                ("ORDER_ID", "O-1"),
            ],
            "node",
            ["leak.js"],
            TestContext.Current.CancellationToken
        );

        Assert.Equal("""{"status":422,"code":"private-data-in-input"}""", printed.Trim());
        Assert.Empty((await market.Settled(installation, "O-1", "order.created")).GetProperty("flags").EnumerateArray());
        var finding = Assert.Single(await Findings(installation));
        Assert.Equal("e-mail-address", finding.GetProperty("kind").GetString());
        Assert.Equal("orders.flag", finding.GetProperty("operation").GetString());
        Assert.Equal("note", finding.GetProperty("member").GetString());
        Assert.True(finding.GetProperty("refused").GetBoolean());
        Assert.DoesNotContain("mei.lin", finding.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<IEnumerable<JsonElement>> Findings(string installation)
    {
        var answer = await market.Client.Send(
            HttpMethod.Get,
            "/platform/v1/findings?plugin=order-pilot&limit=100",
            await market.Client.OperatorToken()
        );
        return answer
            .OrThrow()
            .Json.GetProperty("findings")
            .EnumerateArray()
            .Where(finding => finding.GetProperty("installation").GetString() == installation);
    }
}
