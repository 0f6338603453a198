namespace Marketplace.Samples.Tests;

/// <summary>Events of made-up orders.</summary>
internal static class TestOrders
{
    /// <summary>An order of several lines to one place.</summary>
    /// <param name="installation">Of its seller.</param>
    /// <param name="order">Its id.</param>
    /// <param name="units">Of each line.</param>
    /// <param name="customer">Its buyer.</param>
    /// <param name="postcode">Null for none.</param>
    /// <param name="street">Null for none: the order then has no address.</param>
    /// <param name="price">Of a unit.</param>
    /// <param name="age">How long ago it was created.</param>
    public static object Created(
        string installation,
        string order,
        int[] units,
        string customer = "customer-1",
        string? postcode = "310000",
        string? street = "Example Lane 47",
        decimal price = 10m,
        TimeSpan age = default
    ) =>
        CloudEvents.Of(
            "order.created",
            SellerOf(installation),
            order,
            new
            {
                currency = "CNY",
                items = units.Select(
                    (quantity, index) =>
                        new
                        {
                            line = index + 1,
                            product_id = $"product-{index + 1}",
                            quantity,
                            unit_price = price,
                        }
                ),
                buyer = new
                {
                    customer_id = customer,
                    name = "Mei Lin",
                    street,
                    city = "Hangzhou",
                    region = "Zhejiang",
                    country = "CN",
                    postcode,
                },
            },
            TimeProvider.System.GetUtcNow() - age
        );

    public static object Paid(string installation, string order) => CloudEvents.Of("order.paid", SellerOf(installation), order, new { });

    public static string SellerOf(string installation) => installation[..installation.IndexOf('/', StringComparison.Ordinal)];
}
