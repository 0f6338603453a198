using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Api.PlatformApi.Intake;

namespace Marketplace.Silo.Demo;

/// <summary>A few fictitious orders with fictitious buyers, sent through the platform's event intake.</summary>
internal static class DemoOrders
{
    private const int OrdersOfSeller = 6;
    private static readonly DateTimeOffset FirstOrder = new(2026, 11, 1, 9, 30, 0, TimeSpan.FromHours(8));
    private static readonly (string Region, string Country, string City, string Postcode)[] Places =
    [
        ("SP", "BR", "São Paulo", "01310-100"),
        ("BE", "DE", "Berlin", "10115"),
        ("MD", "ES", "Madrid", "28001"),
    ];

    public static async Task Seed(IServiceProvider services, CancellationToken cancellationToken)
    {
        foreach (var seller in DemoCatalogue.Sellers)
        {
            var events = new JsonArray([.. EventsOf(seller)]);
            using var document = JsonDocument.Parse(events.ToJsonString());
            var answer = await new EventIntake(services).Ingest(
                [.. document.RootElement.EnumerateArray()],
                isWellFormed: false,
                cancellationToken
            );
            if (answer.Rejected.Count > 0)
            {
                throw new InvalidOperationException($"Demo event {answer.Rejected[0].Index} of {seller}: {answer.Rejected[0].Detail}");
            }
        }
    }

    private static IEnumerable<JsonNode> EventsOf(string seller)
    {
        for (var product = 1; product <= 3; product++)
        {
            var data = new JsonObject
            {
                ["title"] = $"Demo product {product}",
                ["category"] = "home",
                ["price"] = 9.9m + product,
                ["currency"] = "USD",
                ["weight_g"] = 250,
            };
            yield return Event(seller, "product.updated", $"P-{product}", FirstOrder, data);
        }

        for (var number = 1; number <= OrdersOfSeller; number++)
        {
            foreach (var step in Order(seller, number))
            {
                yield return step;
            }
        }
    }

    // The first order is only created, the second is also paid, the third also shipped …, so that every state occurs.
    private static IEnumerable<JsonNode> Order(string seller, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"D-{number:0000}");
        var at = FirstOrder.AddDays(number);
        yield return Event(seller, "order.created", id, at, Created(number));
        if (number % 3 != 1)
        {
            yield return Event(seller, "order.paid", id, at.AddMinutes(20), []);
        }

        if (number % 3 == 0)
        {
            yield return Event(seller, "order.shipped", id, at.AddDays(1), []);
            var track = new JsonObject
            {
                ["order_id"] = id,
                ["carrier"] = "demo-express",
                ["status"] = "in-transit",
                ["location"] = "Shenzhen",
            };
            yield return Event(seller, "logistics.track.updated", $"DX{number:000000}", at.AddDays(1).AddHours(2), track);
        }
    }

    private static JsonObject Created(int number)
    {
        var place = Places[number % Places.Length];
        return new JsonObject
        {
            ["currency"] = "USD",
            ["items"] = new JsonArray(
                new JsonObject
                {
                    ["line"] = 1,
                    ["product_id"] = $"P-{1 + (number % 3)}",
                    ["quantity"] = 1 + (number % 2),
                    ["unit_price"] = 10.9m,
                    ["freight"] = 3.5m,
                }
            ),
            ["payments"] = new JsonArray(new JsonObject { ["type"] = "card", ["amount"] = 14.4m }),
            ["buyer"] = new JsonObject
            {
                ["customer_id"] = $"demo-buyer-{number}",
                ["name"] = "Demo Buyer",
                ["phone"] = "+00 000 0000 000",
                ["email"] = "buyer@example.invalid",
                ["street"] = "1 Example Street",
                ["city"] = place.City,
                ["region"] = place.Region,
                ["country"] = place.Country,
                ["postcode"] = place.Postcode,
            },
        };
    }

    private static JsonObject Event(string seller, string type, string subject, DateTimeOffset at, JsonObject data) =>
        new()
        {
            ["specversion"] = "1.0",
            ["id"] = $"{seller}/{subject}/{type}",
            ["source"] = "urn:marketplace:demo",
            ["type"] = type,
            ["subject"] = subject,
            ["time"] = at.ToString("O", CultureInfo.InvariantCulture),
            ["seller"] = seller,
            ["datacontenttype"] = "application/json",
            ["data"] = data,
        };
}
