using System.Globalization;

namespace Marketplace.Replay.Dataset;

/// <summary>One generated order. People and places do not exist; texts contain quotes, commas and accents on purpose.</summary>
internal sealed class MadeUpOrder(SplitMix random, string source, string seller, int number)
{
    /// <summary>Products per generated seller.</summary>
    public const int Products = 24;

    private static readonly DateTimeOffset First = new(2025, 1, 1, 0, 0, 0, TimeSpan.FromHours(8));
    private static readonly string[] Given = ["Wei", "Ana Lúcia", "O'Neil", "José", "小明", "Zoë", "Mary \"May\"", "Ünal"];
    private static readonly string[] Family = ["Zhang", "da Silva", "Müller-Groß", "Nguyễn", "王", "Smith, Jr.", "Ó Briain", "Kowalska"];
    private static readonly string[] Streets = ["Rua das Flores, Apto \"B\"", "长安街", "Elm Street", "Ave. del Sol; 2º", "Mill Lane"];
    private static readonly string[] Cities = ["Vila Nova d'Oeste", "海滨市", "Port Example", "San Ejemplo", "Northfield Bay"];
    private static readonly (string Country, string Region)[] Places =
    [
        ("CN", "ZJ"),
        ("CN", "GD"),
        ("BR", "SP"),
        ("US", "CA"),
        ("JP", "13"),
    ];
    private static readonly string[] Categories = ["toys", "kitchen", "garden", "phones"];

    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"G{number:D8}");

    public Order Make()
    {
        var place = random.Pick(Places);
        var times = Times();
        var items = Items();
        var total = items.Sum(item => (item.Quantity * item.UnitPrice) + item.Freight);
        var waybill = Waybills.For(source, seller, _id, times, "ZJ", place.Region);
        var reason = times.Cancelled is null ? null : "buyer-changed-mind";
        return new Order(seller, _id, "CNY", times, reason, items, Payments(total), BuyerAt(place), waybill);
    }

    public static Product Product(int index) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"gp-{index:D3}"),
            string.Create(CultureInfo.InvariantCulture, $"Made-up product {index}"),
            Categories[index % Categories.Length],
            9.90m + (index * 7.35m),
            "CNY",
            100 + (index * 50),
            [KeyValuePair.Create("colour", index % 2 == 0 ? "red" : "蓝")],
            First
        );

    private OrderTimes Times()
    {
        var created = First.AddSeconds((number * 41L * 60) + random.Next(2_400));
        var paid = created.AddMinutes(1 + random.Next(300));
        var shipped = paid.AddMinutes(60 + random.Next(4_000));
        var delivered = shipped.AddMinutes(600 + random.Next(12_000));
        var estimate = created.AddDays(random.Chance(92) ? 14 : 3);
        return random.Next(100) switch
        {
            < 1 => new OrderTimes(created, EstimatedDelivery: estimate),
            < 4 => new OrderTimes(created, paid, EstimatedDelivery: estimate),
            < 8 => new OrderTimes(created, paid, shipped, EstimatedDelivery: estimate),
            < 10 => new OrderTimes(created, paid, Cancelled: paid.AddMinutes(30), EstimatedDelivery: estimate),
            < 11 => new OrderTimes(created, Cancelled: created.AddMinutes(9), EstimatedDelivery: estimate),
            _ => new OrderTimes(created, paid, shipped, delivered, EstimatedDelivery: estimate),
        };
    }

    private List<OrderItem> Items() =>
        [
            .. Enumerable
                .Range(1, 1 + random.Next(4))
                .Select(line =>
                {
                    var product = Product(random.Next(Products));
                    return new OrderItem(line, product.Id, 1 + random.Next(3), product.Price, random.Next(2_500) / 100m);
                }),
        ];

    private List<Payment> Payments(decimal total)
    {
        if (!random.Chance(15))
        {
            return [new Payment("credit_card", total)];
        }

        var voucher = decimal.Round(total / 4, 2);
        return [new Payment("voucher", voucher), new Payment("wallet", total - voucher)];
    }

    private Buyer BuyerAt((string Country, string Region) place)
    {
        var key = StableHash.Hex(16, source, seller, _id);
        var digits = string.Create(CultureInfo.InvariantCulture, $"{random.Next(100_000_000):D8}");
        return new Buyer(
            place.Region,
            place.Country,
            CustomerId: $"cust-{key}",
            UniqueId: $"person-{key}",
            Name: $"{random.Pick(Given)} {random.Pick(Family)} {key[..4]}",
            Phone: $"+00 555 {digits}",
            Email: random.Chance(80) ? $"{key}@buyer.example" : null,
            IdentityNumber: place.Country == "CN" ? $"330000{digits}001X" : null,
            Street: $"{random.Pick(Streets)} {1 + random.Next(400)}-{digits[..3]}",
            City: random.Pick(Cities),
            Postcode: digits[..6]
        );
    }
}
