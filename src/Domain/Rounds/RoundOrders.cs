using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Events;

namespace Marketplace.Rounds;

/// <summary>Makes a round's orders with their made-up buyers, waybills and products.</summary>
/// <param name="numbers">Where every choice comes from.</param>
/// <param name="marks">What marks the buyers.</param>
/// <param name="policy">Size and length.</param>
internal sealed class RoundOrders(SeededNumbers numbers, CanaryMarks marks, RoundPolicy policy)
{
    private const int Products = 5;

    // The promotion: two of five orders come in a tenth of the round.
    private const double PeakShare = 0.4;
    private const double PeakStart = 0.5;
    private const double PeakLength = 0.1;

    // Later steps of an order come after it, within the round.
    private const double LastOrder = 0.75;
    private const double LongestStep = 0.06;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly (string Country, string Region, string City, string Postcode)[] Places =
    [
        ("BR", "SP", "São Paulo", "01310-100"),
        ("DE", "BE", "Berlin", "10115"),
        ("ES", "MD", "Madrid", "28001"),
        ("US", "WA", "Seattle", "98101"),
    ];

    /// <summary>The types that occur.</summary>
    public static ImmutableArray<string> Types { get; } =
    [
        EventTypes.OrderCreated,
        EventTypes.OrderPaid,
        EventTypes.OrderShipped,
        EventTypes.OrderDelivered,
        EventTypes.OrderCancelled,
        EventTypes.TrackUpdated,
        EventTypes.ProductUpdated,
    ];

    /// <summary>All events in the order in which they come; those of one subject in the order of its life.</summary>
    public IEnumerable<PlannedEvent> Events()
    {
        var events = new List<PlannedEvent>();
        for (var product = 1; product <= Products; product++)
        {
            events.Add(At(0.0, EventTypes.ProductUpdated, ProductId(product), Product(product)));
        }

        for (var order = 1; order <= policy.Orders; order++)
        {
            events.AddRange(Order(order));
        }

        return events.OrderBy(static @event => @event.At);
    }

    private IEnumerable<PlannedEvent> Order(int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"R-{number:00000}");
        var at = numbers.Chance(PeakShare)
            ? PeakStart + (PeakLength * numbers.Fraction())
            : 0.01 + ((LastOrder - 0.01) * numbers.Fraction());
        yield return At(at, EventTypes.OrderCreated, id, Created(number));
        if (numbers.Chance(0.1))
        {
            yield return At(at += Step(), EventTypes.OrderCancelled, id, "{}");
            yield break;
        }

        yield return At(at += Step(), EventTypes.OrderPaid, id, "{}");
        if (!numbers.Chance(0.7))
        {
            yield break;
        }

        var waybill = string.Create(CultureInfo.InvariantCulture, $"RX{number:00000}");
        yield return At(at += Step(), EventTypes.OrderShipped, id, "{}");
        yield return At(at, EventTypes.TrackUpdated, waybill, Track(id, "in-transit"));
        if (numbers.Chance(0.3))
        {
            at += Step();
            yield return At(at, EventTypes.TrackUpdated, waybill, Track(id, "delivered"));
            yield return At(at, EventTypes.OrderDelivered, id, "{}");
        }
    }

    private double Step() => 0.005 + ((LongestStep - 0.005) * numbers.Fraction());

    private PlannedEvent At(double share, string type, string subject, string data) =>
        new(Rounded(policy.Duration * share), Rounded(Day * share), type, subject, data);

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds((long)time.TotalMilliseconds);

    private static string ProductId(int number) => string.Create(CultureInfo.InvariantCulture, $"RP-{number}");

    private string Product(int number) =>
        Json(json =>
        {
            json.WriteString("title", string.Create(CultureInfo.InvariantCulture, $"Sandbox product {number}"));
            json.WriteString("category", "home");
            json.WriteNumber("price", 10 + number);
            json.WriteString("currency", "USD");
            json.WriteNumber("weight_g", 100 + numbers.Below(900));
        });

    private static string Track(string order, string status) =>
        Json(json =>
        {
            json.WriteString("order_id", order);
            json.WriteString("carrier", "sandbox-express");
            json.WriteString("status", status);
            json.WriteString("location", "Shenzhen");
        });

    private string Created(int number)
    {
        var (product, quantity) = (1 + numbers.Below(Products), 1 + numbers.Below(3));
        var place = Places[numbers.Below(Places.Length)];
        return Json(json =>
        {
            json.WriteString("currency", "USD");
            json.WriteStartArray("items");
            json.WriteStartObject();
            json.WriteNumber("line", 1);
            json.WriteString("product_id", ProductId(product));
            json.WriteNumber("quantity", quantity);
            json.WriteNumber("unit_price", 10 + product);
            json.WriteEndObject();
            json.WriteEndArray();
            Buyer(json, number, place);
        });
    }

    private void Buyer(Utf8JsonWriter json, int number, (string Country, string Region, string City, string Postcode) place)
    {
        var count = number.ToString("0000", CultureInfo.InvariantCulture);
        var name = char.ToUpperInvariant(marks.Word[0]) + marks.Word[1..];
        json.WriteStartObject("buyer");
        json.WriteString("customer_id", $"{marks.Word}-{count}");
        json.WriteString("name", $"Canary {name}");
        json.WriteString("phone", $"+49 30 {marks.Digits}{count}");
        json.WriteString("email", $"{marks.Word}{count}@canary.invalid");
        json.WriteString("street", $"{name}gasse {number.ToString(CultureInfo.InvariantCulture)}");
        json.WriteString("city", place.City);
        json.WriteString("region", place.Region);
        json.WriteString("country", place.Country);
        json.WriteString("postcode", place.Postcode);
        json.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
