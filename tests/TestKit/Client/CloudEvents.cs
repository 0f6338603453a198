namespace Marketplace.TestKit.Client;

/// <summary>Made-up marketplace events in structured CloudEvents form.</summary>
public static class CloudEvents
{
    /// <summary>Canary texts of the buyers below: none may ever be in an answer, a log or a metric.</summary>
    public static IReadOnlyList<string> PrivateTexts { get; } =
    ["Zhang Canary", "+86-139-0000-4711", "canary@example.invalid", "110101199003074711", "Canary Lane 47"];

    /// <summary>An event of any type.</summary>
    /// <param name="type">For example <c>order.paid</c>.</param>
    /// <param name="seller">The extension attribute.</param>
    /// <param name="subject">Order, tracking or product id.</param>
    /// <param name="data">The payload.</param>
    /// <param name="time">The event's instant; now if null.</param>
    public static Dictionary<string, object> Of(string type, string seller, string subject, object data, DateTimeOffset? time = null) =>
        new()
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString("N"),
            ["source"] = "/tests",
            ["type"] = type,
            ["subject"] = subject,
            ["time"] = (time ?? TimeProvider.System.GetUtcNow()).ToString("O"),
            ["seller"] = seller,
            ["data"] = data,
        };

    /// <summary>An order of one item with a buyer all of whose private fields are filled.</summary>
    public static Dictionary<string, object> OrderCreated(string seller, string order, DateTimeOffset? time = null) =>
        Of(
            "order.created",
            seller,
            order,
            new
            {
                currency = "CNY",
                items = new[]
                {
                    new
                    {
                        line = 1,
                        product_id = "product-1",
                        quantity = 2,
                        unit_price = 19.90m,
                        freight = 5.00m,
                    },
                },
                buyer = new
                {
                    customer_id = "customer-1",
                    name = PrivateTexts[0],
                    phone = PrivateTexts[1],
                    email = PrivateTexts[2],
                    identity_number = PrivateTexts[3],
                    street = PrivateTexts[4],
                    city = "Hangzhou",
                    region = "Zhejiang",
                    country = "CN",
                    // With hyphens, so that no hash or base64 text can hold it by chance.
                    postcode = "31-postcode-canary",
                },
                payments = new[] { new { type = "credit_card", amount = 44.80m } },
            },
            time
        );
}
