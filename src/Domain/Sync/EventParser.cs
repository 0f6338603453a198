using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Sync;

/// <summary>
/// Understands the data of the platform's events (docs/http-api.md) and splits them: what the contract names as public goes into the feed's
/// data, everything else into the private remainder (R23). Pure.
/// </summary>
public static class EventParser
{
    /// <summary>Stands for a required text that seemed to hold private data and was sealed.</summary>
    private const string Withheld = "withheld";

    /// <summary>Sources under which plugins' writes stand in the feed; nobody else may use them.</summary>
    public const string PluginSourcePrefix = "urn:marketplace:plugin:";

    /// <param name="envelope">The event's attributes.</param>
    /// <param name="data">Its data, opened by <see cref="JsonInput"/>; undefined if there are none.</param>
    /// <param name="now">The platform's clock.</param>
    public static Outcome<ParsedEvent> Parse(EventEnvelope envelope, JsonElement data, DateTimeOffset now)
    {
        if (WrongAttribute(envelope, now) is { } wrong)
        {
            return SyncRefusals.InvalidAttribute(wrong);
        }

        var problem = new FirstProblem();
        var split = new PrivateRemainder();
        var content = data.ValueKind == JsonValueKind.Undefined
            ? Content(envelope.Type, new MemberReader(Empty, problem), split, problem)
            : Content(envelope.Type, new MemberReader(data, problem), split, problem);
        if (content is null)
        {
            return SyncRefusals.UnknownType();
        }

        return problem.Text is { } text
            ? SyncRefusals.InvalidData(text)
            : new ParsedEvent(envelope with { Time = EventLimits.ToMilliseconds(envelope.Time) }, EventContents.Encode(content), split.ToBytes());
    }

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement.Clone();

    private static string? WrongAttribute(EventEnvelope envelope, DateTimeOffset now) => envelope switch
    {
        { } e when !EventLimits.IsEventId(e.Id) => $"'id' must be 1–{EventLimits.MaxEventIdLength} printable ASCII characters.",
        { Source.Length: 0 or > EventLimits.MaxSourceLength } => $"'source' must be 1–{EventLimits.MaxSourceLength} characters.",
        { } e when e.Source.Any(c => c is <= ' ' or > '~') => "'source' must be a URI reference of visible ASCII characters.",
        { } e when e.Source.StartsWith(PluginSourcePrefix, StringComparison.OrdinalIgnoreCase) => "'source' is reserved for plugins' writes.",
        { } e when !EventLimits.IsId(e.Subject) => "'subject' must be an id: 1–128 visible ASCII characters without '/'.",
        { } e when e.Time < EventLimits.Earliest || e.Time > now + EventLimits.MaxAhead => "'time' must lie between the year 2000 and one day from now.",
        _ => null,
    };

    private static EventContent? Content(string type, MemberReader data, PrivateRemainder split, FirstProblem problem)
    {
        EventContent? content = type switch
        {
            EventTypes.OrderCreated => Created(data, split, problem),
            EventTypes.OrderPaid or EventTypes.OrderShipped or EventTypes.OrderDelivered => new EventContent.OrderStep(),
            EventTypes.OrderCancelled => new EventContent.OrderCancelled(split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))),
            EventTypes.OrderReturned => new EventContent.OrderReturned(
                split.Public("return_reason_code", data.Code("return_reason_code")),
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))),
            EventTypes.TrackUpdated => new EventContent.TrackUpdated(
                data.Id("order_id"),
                split.Public("carrier", data.Text("carrier")),
                split.Public("status", data.RequiredText("status")) ?? Withheld,
                split.Public("location", data.Text("location", EventLimits.MaxTextLength))),
            EventTypes.ProductUpdated => Product(data),
            _ => null,
        };
        split.Keep(data.Rest);
        return content;
    }

    private static EventContent.OrderCreated Created(MemberReader data, PrivateRemainder split, FirstProblem problem)
    {
        var currency = data.Currency("currency");
        var items = data.Array("items", 1, EventLimits.MaxItems).Select((item, i) => Line(new MemberReader(item, problem, $"items[{i}]"), split)).ToImmutableArray();
        if (items.Select(item => item.Line).Distinct().Count() != items.Length)
        {
            problem.Set("'items' must not hold a line twice.");
        }

        var payments = data.Array("payments", 0, EventLimits.MaxItems)
            .Select((payment, i) => Payment(new MemberReader(payment, problem, $"payments[{i}]"), split)).ToImmutableArray();
        var buyer = data.Take("buyer") is { } member ? Buyer(new MemberReader(member, problem, "buyer"), split) : null;
        return new EventContent.OrderCreated(currency, items, buyer, payments, data.Instant("estimated_delivery"));
    }

    private static OrderLine Line(MemberReader item, PrivateRemainder split)
    {
        var line = new OrderLine(
            item.Whole("line", 1, EventLimits.MaxQuantity),
            item.Id("product_id"),
            item.Whole("quantity", 1, EventLimits.MaxQuantity),
            item.Amount("unit_price"),
            item.OptionalAmount("freight") ?? 0m);
        split.Keep(item.PathOf(string.Empty), item.Rest);
        return line;
    }

    private static Payment Payment(MemberReader payment, PrivateRemainder split)
    {
        var read = new Payment(split.Public(payment.PathOf("type"), payment.RequiredText("type")) ?? Withheld, payment.Amount("amount"));
        split.Keep(payment.PathOf(string.Empty), payment.Rest);
        return read;
    }

    private static PublicBuyer Buyer(MemberReader buyer, PrivateRemainder split)
    {
        var region = split.Public("buyer.region", buyer.Text("region"));
        var country = split.Public("buyer.country", buyer.Text("country"));
        var exist = PrivateFields.None;
        string? prefix = null;
        foreach (var (name, value) in buyer.Rest.Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            exist |= FieldOf(name);
            prefix = name == "postcode" && value.ValueKind == JsonValueKind.String ? Prefix(value.GetString()!) : prefix;
        }

        split.Keep("buyer", buyer.Rest);
        return new PublicBuyer(region, country, prefix, exist);
    }

    private static PrivateFields FieldOf(string name) => name switch
    {
        "name" => PrivateFields.Name,
        "phone" => PrivateFields.Phone,
        "email" => PrivateFields.Email,
        "identity_number" => PrivateFields.IdentityNumber,
        "street" => PrivateFields.Street,
        "city" => PrivateFields.City,
        "postcode" => PrivateFields.Postcode,
        "customer_id" => PrivateFields.CustomerId,
        _ => PrivateFields.None,
    };

    // At most two characters, and never more than half of a short one.
    private static string? Prefix(string postcode)
    {
        var letters = string.Concat(postcode.Where(char.IsAsciiLetterOrDigit));
        var length = Math.Min(2, letters.Length / 2);
        return length > 0 ? letters[..length] : null;
    }

    private static EventContent.ProductUpdated Product(MemberReader data)
    {
        var currency = data.Rest.TryGetValue("currency", out var value) && value.ValueKind != JsonValueKind.Null ? data.Currency("currency") : null;
        return new EventContent.ProductUpdated(
            data.Text("title", EventLimits.MaxTextLength),
            data.Text("category"),
            data.OptionalAmount("price"),
            currency,
            data.OptionalWhole("weight_g", 0, 1_000_000_000),
            data.Texts("attributes"));
    }
}
