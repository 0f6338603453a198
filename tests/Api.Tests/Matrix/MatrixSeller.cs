namespace Marketplace.Api.Tests.Matrix;

/// <summary>The seller whom the matrix's rows name: with an order of every kind the rows need.</summary>
internal static class MatrixSeller
{
    private static bool IsMade { get; set; }

    public static async Task Make(TestMarketplace marketplace)
    {
        if (IsMade)
        {
            return;
        }

        var client = marketplace.Client;
        await client.Install(EndpointTable.Seller, TestPlugins.Everything, [.. TestPlugins.AllScopes]);
        var answer = await client.SendEvents([
            CloudEvents.OrderCreated(EndpointTable.Seller, "matrix-order"),
            CloudEvents.OrderCreated(EndpointTable.Seller, "matrix-other"),
            CloudEvents.Of(
                "product.updated",
                EndpointTable.Seller,
                "matrix-product",
                new
                {
                    title = "Old lamp",
                    price = 1.5m,
                    currency = "CNY",
                }
            ),
            CloudEvents.Of(
                "logistics.track.updated",
                EndpointTable.Seller,
                "matrix-track",
                new { order_id = "matrix-order", status = "moving" }
            ),
        ]);
        Assert.Equal(4, answer.OrThrow().Json.GetProperty("accepted").GetInt32());
        IsMade = true;
    }
}
