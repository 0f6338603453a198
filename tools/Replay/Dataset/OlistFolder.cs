using System.Globalization;
using System.Security.Cryptography;

namespace Marketplace.Replay.Dataset;

/// <summary>
/// The order files of a Brazilian marketplace (orders, items, payments, customers, sellers, products). Held in memory with shared strings:
/// some 100,000 orders take about 200 MB.
/// </summary>
internal sealed class OlistFolder : IDataset
{
    private const string Currency = "BRL";
    private readonly Dictionary<string, List<Order>> _orders = new(StringComparer.Ordinal);
    private readonly OlistTables _tables;

    private OlistFolder(string folder)
    {
        Source = $"urn:marketplace:replay:{Fingerprint(folder)}";
        _tables = new OlistTables(folder);
        ReadOrders(folder);
        Skipped = _tables.Skipped;
        Sellers =
        [
            .. _orders
                .Select(pair => new SellerSize(pair.Key, pair.Value.Count))
                .OrderByDescending(size => size.Orders)
                .ThenBy(size => size.Seller, StringComparer.Ordinal),
        ];
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {_orders.Values.Sum(list => list.Count)} orders of {_orders.Count} sellers"
        );
    }

    public string Source { get; }

    public string Description { get; }

    public IReadOnlyList<SellerSize> Sellers { get; }

    public IReadOnlyDictionary<string, int> Skipped { get; }

    /// <exception cref="UsageException">A file is missing or malformed.</exception>
    public static OlistFolder Read(string folder) =>
        Directory.Exists(folder) ? new OlistFolder(folder) : throw new UsageException($"there is no folder {folder}");

    public IEnumerable<Order> OrdersOf(string seller) => _orders.TryGetValue(seller, out var orders) ? orders : [];

    /// <summary>The seller's products, with price and instant from the first order that contains each.</summary>
    public IEnumerable<Product> ProductsOf(string seller) =>
        OrdersOf(seller)
            .SelectMany(order => order.Items.Select(item => (Item: item, At: order.Times.Created)))
            .OrderBy(sold => sold.At)
            .ThenBy(sold => sold.Item.ProductId, StringComparer.Ordinal)
            .DistinctBy(sold => sold.Item.ProductId)
            .Select(sold => _tables.ProductOf(sold.Item, Currency, sold.At));

    private static string Fingerprint(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in OlistTables.Files)
        {
            var path = Path.Combine(folder, name);
            using var file = File.Exists(path) ? File.OpenRead(path) : throw new UsageException($"{path} is missing");
            hash.AppendData(SHA256.HashData(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private void ReadOrders(string folder)
    {
        using var table = new CsvTable(
            folder,
            "orders.csv",
            "order_id",
            "customer_id",
            "order_status",
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
            "order_estimated_delivery_date"
        );
        var time = new SaoPauloTime();
        while (table.Read())
        {
            Add(table, table.Key("order_id"), Times(table, time));
        }

        _tables.ForgetRows();
    }

    private static OrderTimes? Times(CsvTable table, SaoPauloTime time)
    {
        var created = table.Instant("order_purchase_timestamp", time);
        var paid = table.Instant("order_approved_at", time);
        var shipped = table.Instant("order_delivered_carrier_date", time);
        var delivered = table.Instant("order_delivered_customer_date", time);
        DateTimeOffset?[] @event = [created, paid, shipped, delivered];
        if (@event.Min() is not { } first)
        {
            return null;
        }

        // The files lack the instant of a cancellation; a minute after the last known step keeps it last.
        var off = table.Text("order_status") is "canceled" or "unavailable";
        var cancelled = off ? @event.Max()!.Value.AddMinutes(1) : (DateTimeOffset?)null;
        return new OrderTimes(created ?? first, paid, shipped, delivered, cancelled, table.Instant("order_estimated_delivery_date", time));
    }

    private void Add(CsvTable row, string id, OrderTimes? times)
    {
        var parts = _tables.TakeItems(id);
        if (parts.Count == 0 || times is null)
        {
            _tables.Skip(parts.Count == 0 ? "orders without items" : "orders without any instant");
            return;
        }

        var buyer = _tables.BuyerOf(row.Text("customer_id"));
        var reason = times.Cancelled is null ? null : row.Text("order_status");
        var payments = SharesOf(_tables.TakePayments(id), parts);
        for (var i = 0; i < parts.Count; i++)
        {
            var (seller, items) = parts[i];
            var waybill = Waybills.For(Source, seller, id, times, _tables.RegionOf(seller), buyer.Region ?? "BR");
            Of(seller).Add(new Order(seller, id, Currency, times, reason, items, payments[i], buyer, waybill));
        }
    }

    private List<Order> Of(string seller)
    {
        if (!_orders.TryGetValue(seller, out var orders))
        {
            _orders[seller] = orders = [];
        }

        return orders;
    }

    private static List<Payment>[] SharesOf(List<Payment> payments, List<(string Seller, List<OrderItem> Items)> parts)
    {
        var weights = parts.ConvertAll(part => part.Items.Sum(item => (item.Quantity * item.UnitPrice) + item.Freight));
        var shares = payments.ConvertAll(payment => Apportionment.Split(payment.Amount, weights));
        return
        [
            .. Enumerable.Range(0, parts.Count).Select(part => payments.Select((p, n) => p with { Amount = shares[n][part] }).ToList()),
        ];
    }
}
