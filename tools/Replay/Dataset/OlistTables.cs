namespace Marketplace.Replay.Dataset;

/// <summary>The tables beside orders.csv, by the key used to join them with orders.</summary>
internal sealed class OlistTables
{
    /// <summary>All files of the dataset.</summary>
    public static readonly string[] Files =
    [
        "orders.csv",
        "order_items.csv",
        "order_payments.csv",
        "customers.csv",
        "sellers.csv",
        "products.csv",
    ];

    private static readonly string[] Measures = ["product_photos_qty", "product_length_cm", "product_height_cm", "product_width_cm"];

    private readonly Dictionary<string, List<(string Seller, OrderItem Item)>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(int Sequence, Payment Payment)>> _payments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Buyer> _buyers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _regions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProductRow> _products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    public OlistTables(string folder)
    {
        ReadItems(folder);
        ReadPayments(folder);
        ReadCustomers(folder);
        ReadSellers(folder);
        ReadProducts(folder);
    }

    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    public void Skip(string reason, int rows = 1) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + rows;

    /// <summary>The order's items by seller, sellers in order of id. Consumes the items: a second row of the order finds none.</summary>
    public List<(string Seller, List<OrderItem> Items)> TakeItems(string order) =>
        !_items.Remove(order, out var rows)
            ? []
            :
            [
                .. rows.GroupBy(row => row.Seller, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => (group.Key, group.Select(row => row.Item).OrderBy(item => item.Line).ToList())),
            ];

    public List<Payment> TakePayments(string order) =>
        _payments.Remove(order, out var rows) ? [.. rows.OrderBy(row => row.Sequence).Select(row => row.Payment)] : [];

    public Buyer BuyerOf(string customer) =>
        _buyers.Remove(customer, out var buyer) ? buyer : new Buyer(Region: null, Country: "BR", customer.Length == 0 ? null : customer);

    public string RegionOf(string seller) => _regions.GetValueOrDefault(seller, "BR");

    public Product ProductOf(OrderItem item, string currency, DateTimeOffset at)
    {
        var row = _products.GetValueOrDefault(item.ProductId) ?? new ProductRow("uncategorised", null, []);

        // The files contain no titles; category and product id make distinguishable ones.
        var title = $"{row.Category.Replace('_', ' ')} {item.ProductId[..Math.Min(8, item.ProductId.Length)]}";
        return new Product(item.ProductId, title, row.Category, item.UnitPrice, currency, row.WeightGrams, row.Attributes, at);
    }

    /// <summary>Call after all orders are read: remaining rows belong to no order.</summary>
    public void ForgetRows()
    {
        if (_items.Count > 0)
        {
            Skip("items of unknown orders", _items.Values.Sum(rows => rows.Count));
        }

        _items.Clear();
        _payments.Clear();
        _buyers.Clear();
        _shared.Clear();
    }

    private void ReadItems(string folder)
    {
        using var table = new CsvTable(
            folder,
            "order_items.csv",
            "order_id",
            "order_item_id",
            "product_id",
            "seller_id",
            "price",
            "freight_value"
        );
        while (table.Read())
        {
            var item = new OrderItem(
                table.Number("order_item_id"),
                Shared(table.Key("product_id")),
                1,
                table.Amount("price"),
                table.Amount("freight_value")
            );
            Append(_items, table.Key("order_id"), (Shared(table.Key("seller_id")), item));
        }
    }

    private void ReadPayments(string folder)
    {
        using var table = new CsvTable(folder, "order_payments.csv", "order_id", "payment_sequential", "payment_type", "payment_value");
        while (table.Read())
        {
            var payment = new Payment(Shared(table.Key("payment_type")), table.Amount("payment_value"));
            Append(_payments, table.Key("order_id"), (table.Number("payment_sequential"), payment));
        }
    }

    private void ReadCustomers(string folder)
    {
        using var table = new CsvTable(
            folder,
            "customers.csv",
            "customer_id",
            "customer_zip_code_prefix",
            "customer_city",
            "customer_state"
        );
        while (table.Read())
        {
            var id = table.Key("customer_id");
            _buyers[id] = new Buyer(
                Region: OrNull(Shared(table.Text("customer_state"))),
                Country: "BR",
                CustomerId: id,
                UniqueId: OrNull(table.Text("customer_unique_id")),
                City: OrNull(Shared(table.Text("customer_city"))),
                Postcode: OrNull(Postcode(table.Text("customer_zip_code_prefix")))
            );
        }
    }

    private void ReadSellers(string folder)
    {
        using var table = new CsvTable(folder, "sellers.csv", "seller_id", "seller_state");
        while (table.Read())
        {
            _regions[table.Key("seller_id")] = Shared(table.Text("seller_state")) is { Length: > 0 } state ? state : "BR";
        }
    }

    private void ReadProducts(string folder)
    {
        using var table = new CsvTable(folder, "products.csv", "product_id", "product_category_name", "product_weight_g");
        while (table.Read())
        {
            var category = Shared(table.Text("product_category_name")) is { Length: > 0 } name ? name : "uncategorised";
            var weight = table.Text("product_weight_g").Length == 0 ? (int?)null : (int)table.Amount("product_weight_g");
            var attributes = Measures
                .Select(column => KeyValuePair.Create(column["product_".Length..], Shared(table.Text(column))))
                .Where(attribute => attribute.Value.Length > 0);
            _products[table.Key("product_id")] = new ProductRow(category, weight, [.. attributes]);
        }
    }

    // Spreadsheets drop the leading zero of São Paulo's prefixes.
    private static string Postcode(string prefix) => prefix.Length == 0 ? "" : prefix.PadLeft(5, '0');

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private string Shared(string text) => _shared.TryAdd(text, text) ? text : _shared[text];

    private static void Append<T>(Dictionary<string, List<T>> rows, string key, T row)
    {
        if (!rows.TryGetValue(key, out var list))
        {
            rows[key] = list = new List<T>(1);
        }

        list.Add(row);
    }

    private sealed record ProductRow(string Category, int? WeightGrams, KeyValuePair<string, string>[] Attributes);
}
