using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Events;

/// <summary>CloudEvents 1.0 in structured batch format, written incrementally.</summary>
internal sealed class EventBatch : IDisposable
{
    /// <summary>The server accepts 4 MiB; leave room for one more event.</summary>
    private const int FullBytes = 3 * 1024 * 1024;

    private readonly string _source;
    private readonly int _limit;
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _json;

    public EventBatch(string source, int limit)
    {
        (_source, _limit) = (source, limit);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartArray();
    }

    public int Count { get; private set; }

    public bool IsFull => Count >= _limit || _json.BytesCommitted + _json.BytesPending >= FullBytes;

    public void Add(string seller, SellerEvent e)
    {
        _json.WriteStartObject();
        _json.WriteString("specversion", "1.0");
        _json.WriteString("id", e.IdWithin(seller));
        _json.WriteString("source", _source);
        _json.WriteString("type", e.Type);
        _json.WriteString("subject", e.Subject);
        _json.WriteString("time", Instant(e.At));
        _json.WriteString("seller", seller);
        _json.WriteString("datacontenttype", "application/json");
        _json.WriteStartObject("data");
        WriteData(e);
        _json.WriteEndObject();
        _json.WriteEndObject();
        Count++;
    }

    /// <summary>Returns the finished batch; afterwards the batch is empty and the bytes belong to the caller.</summary>
    public byte[] Take()
    {
        _json.WriteEndArray();
        _json.Flush();
        var bytes = _buffer.WrittenSpan.ToArray();
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartArray();
        Count = 0;
        return bytes;
    }

    public void Dispose() => _json.Dispose();

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private void WriteData(SellerEvent e)
    {
        switch (e)
        {
            case SellerEvent.ProductUpdated updated:
                WriteProduct(updated.Product);
                break;
            case SellerEvent.OrderCreated created:
                WriteOrder(created.Order);
                break;
            case SellerEvent.OrderStep { Step: "cancelled" } step:
                _json.WriteString("reason", step.Order.CancelReason);
                break;
            case SellerEvent.Tracked tracked:
                _json.WriteString("order_id", tracked.Order.Id);
                _json.WriteString("carrier", tracked.Order.Waybill!.Carrier);
                _json.WriteString("status", tracked.Point.Status);
                _json.WriteString("location", tracked.Point.Location);
                break;
            default:
                break;
        }
    }

    private void WriteOrder(Order order)
    {
        _json.WriteString("currency", order.Currency);
        _json.WriteStartArray("items");
        foreach (var item in order.Items)
        {
            _json.WriteStartObject();
            _json.WriteNumber("line", item.Line);
            _json.WriteString("product_id", item.ProductId);
            _json.WriteNumber("quantity", item.Quantity);
            _json.WriteNumber("unit_price", item.UnitPrice);
            _json.WriteNumber("freight", item.Freight);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        WriteBuyer(order.Buyer);
        WritePayments(order.Payments);
        if (order.Times.EstimatedDelivery is { } estimate)
        {
            _json.WriteString("estimated_delivery", Instant(estimate));
        }
    }

    private void WriteBuyer(Buyer buyer)
    {
        _json.WriteStartObject("buyer");
        Member("customer_id", buyer.CustomerId);

        // A member unknown to the contract: it must be sealed like the others.
        Member("customer_unique_id", buyer.UniqueId);
        Member("name", buyer.Name);
        Member("phone", buyer.Phone);
        Member("email", buyer.Email);
        Member("identity_number", buyer.IdentityNumber);
        Member("street", buyer.Street);
        Member("city", buyer.City);
        Member("region", buyer.Region);
        Member("country", buyer.Country);
        Member("postcode", buyer.Postcode);
        _json.WriteEndObject();
    }

    private void Member(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    private void WritePayments(IReadOnlyList<Payment> payments)
    {
        _json.WriteStartArray("payments");
        foreach (var payment in payments)
        {
            _json.WriteStartObject();
            _json.WriteString("type", payment.Type);
            _json.WriteNumber("amount", payment.Amount);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteProduct(Product product)
    {
        _json.WriteString("title", product.Title);
        _json.WriteString("category", product.Category);
        _json.WriteNumber("price", product.Price);
        _json.WriteString("currency", product.Currency);
        if (product.WeightGrams is { } weight)
        {
            _json.WriteNumber("weight_g", weight);
        }

        _json.WriteStartObject("attributes");
        foreach (var (name, value) in product.Attributes)
        {
            _json.WriteString(name, value);
        }

        _json.WriteEndObject();
    }
}
