using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Privacy;
using Marketplace.Shipments;

namespace Marketplace.Events;

/// <summary>
/// Parses the data of the platform's events (docs/api/platform.md) and splits them: members that the contract declares public go into the
/// feed's data, everything else into the private remainder (R23). Pure.
/// </summary>
public static class EventParser
{
    /// <summary>Replaces a required text that appeared to contain private data and was sealed.</summary>
    private const string Withheld = "withheld";

    /// <summary>Prefix of the sources of plugins' writes in the feed; reserved for them.</summary>
    public const string PluginSourcePrefix = "urn:marketplace:plugin:";

    /// <param name="envelope">The event's attributes.</param>
    /// <param name="data">Its data, opened by <see cref="JsonInput"/>; undefined without data.</param>
    /// <param name="now">The platform's clock.</param>
    /// <param name="words">The known words of the order's buyer; those in the data themselves are added.</param>
    public static Outcome<ParsedEvent> Parse(EventEnvelope envelope, JsonElement data, DateTimeOffset now, BuyerWords? words = null)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (WrongAttribute(envelope, now) is { } wrong)
        {
            return SyncRefusals.InvalidAttribute(wrong.Attribute, wrong.Expected);
        }

        var problem = new FirstProblem("data.", "'data'");
        var changes = new IntakeChanges("data.");
        var split = new PrivateRemainder(changes, WordsIn(data).With(words ?? BuyerWords.None));
        var read = data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? Empty : data;
        var content = Content(envelope.Type, new MemberReader(read, problem, string.Empty, changes), split, problem, changes);
        if (content is null)
        {
            return SyncRefusals.UnknownType();
        }

        return problem.Text is { } text
            ? SyncRefusals.InvalidData(text, problem.Attribute)
            : new ParsedEvent(
                envelope with
                {
                    Time = EventLimits.ToMilliseconds(envelope.Time),
                },
                ContentTag.With(EventContents.Encode(content with { Sequence = envelope.Sequence }), ContentTag.Of(data)),
                split.ToBytes()
            )
            {
                Changes = changes.All,
            };
    }

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement.Clone();

    private static BuyerWords WordsIn(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("buyer", out var buyer) ? BuyerWords.Of(buyer) : BuyerWords.None;

    private static (string Attribute, string Expected)? WrongAttribute(EventEnvelope envelope, DateTimeOffset now) =>
        envelope switch
        {
            { } e when !EventLimits.IsEventId(e.Id) => ("id", $"must be 1–{EventLimits.MaxEventIdLength} printable ASCII characters."),
            { Source.Length: 0 or > EventLimits.MaxSourceLength } => ("source", $"must be 1–{EventLimits.MaxSourceLength} characters."),
            { } e when e.Source.Any(c => c is <= ' ' or > '~') => ("source", "must be a URI reference of visible ASCII characters."),
            { } e when e.Source.StartsWith(PluginSourcePrefix, StringComparison.OrdinalIgnoreCase) => (
                "source",
                "is reserved for plugins' writes."
            ),
            { } e when e.Source.Equals(Lifecycle.LifecycleEvent.Source, StringComparison.OrdinalIgnoreCase) => (
                "source",
                "is reserved for the marketplace itself."
            ),
            { } e when !EventLimits.IsId(e.Subject) => ("subject", $"must be an id: {EventLimits.IdForm}."),
            { } e when PrivateDataScan.HoldsEmail(e.Subject) => (
                "subject",
                "must not be an e-mail address: every plugin of the seller sees it."
            ),
            { } e when e.Time < EventLimits.Earliest || e.Time > now + EventLimits.MaxAhead => (
                "time",
                "must lie between the year 2000 and one day from now."
            ),
            _ => null,
        };

    private static EventContent? Content(
        string type,
        MemberReader data,
        PrivateRemainder split,
        FirstProblem problem,
        IntakeChanges changes
    )
    {
        EventContent? content = type switch
        {
            EventTypes.OrderCreated => Created(data, split, problem, changes),
            EventTypes.OrderPaid or EventTypes.OrderShipped or EventTypes.OrderDelivered => new EventContent.OrderStep(),
            EventTypes.OrderCancelled => new EventContent.OrderCancelled(
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))
            ),
            EventTypes.OrderReturned => new EventContent.OrderReturned(
                split.PublicCode("return_reason_code", data.Code("return_reason_code")),
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))
            ),
            EventTypes.OrderUncancelled => new EventContent.OrderUncancelled(
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))
            ),
            EventTypes.OrderLinesCancelled => new EventContent.OrderLinesCancelled(
                [
                    .. data.Array("lines", 1, EventLimits.MaxItems)
                        .Select((line, i) => Cancelled(new MemberReader(line, problem, $"lines[{i}]", changes), split)),
                ],
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))
            ),
            EventTypes.OrderRefunded => new EventContent.OrderRefunded(
                data.Amount("amount"),
                data.OptionalWhole("line", 1, EventLimits.MaxQuantity),
                split.Public("reason", data.Text("reason", EventLimits.MaxTextLength))
            ),
            EventTypes.TrackUpdated => Track(data, split, problem),
            EventTypes.ProductUpdated => Product(data),
            _ => null,
        };
        split.Keep(data.Rest);
        return content;
    }

    private static EventContent.TrackUpdated Track(MemberReader data, PrivateRemainder split, FirstProblem problem)
    {
        var point = new EventContent.TrackUpdated(
            OrderId(data, problem),
            split.Public("carrier", data.Text("carrier")),
            split.Public("status", data.RequiredText("status", EventLimits.MaxTextLength)) ?? Withheld,
            split.Public("location", data.Text("location", EventLimits.MaxTextLength))
        );

        // An unlisted word for the state carries no more information than none.
        return point with
        {
            State = TrackStates.Named(data.Code("state")) ?? TrackStates.Of(point.Status),
        };
    }

    private static ParcelItem Cancelled(MemberReader line, PrivateRemainder split)
    {
        var read = new ParcelItem(line.Whole("line", 1, EventLimits.MaxQuantity), line.Whole("quantity", 0, EventLimits.MaxQuantity));
        split.Keep(line.PathOf(string.Empty), line.Rest);
        return read;
    }

    private static string OrderId(MemberReader data, FirstProblem problem)
    {
        var id = data.Id("order_id");
        if (PrivateDataScan.HoldsEmail(id))
        {
            problem.Set("order_id", "must not be an e-mail address: every plugin of the seller sees it.");
        }

        return id;
    }

    private static EventContent.OrderCreated Created(MemberReader data, PrivateRemainder split, FirstProblem problem, IntakeChanges changes)
    {
        var currency = data.Currency("currency");
        var items = data.Array("items", 1, EventLimits.MaxItems)
            .Select((item, i) => Line(new MemberReader(item, problem, $"items[{i}]", changes), split))
            .ToImmutableArray();
        if (items.Select(item => item.Line).Distinct().Count() != items.Length)
        {
            problem.Set("items", "must not hold a line twice.");
        }

        var payments = data.Array("payments", 0, EventLimits.MaxItems)
            .Select((payment, i) => Payment(new MemberReader(payment, problem, $"payments[{i}]", changes), split))
            .ToImmutableArray();
        var buyer = data.ReadMember("buyer") is { } member
            ? Buyer(new MemberReader(member, problem, "buyer", changes), split, changes)
            : null;
        return new EventContent.OrderCreated(currency, items, buyer, payments, data.Instant("estimated_delivery"))
        {
            Discount = data.AmountIfAny("discount"),
            Tax = data.AmountIfAny("tax"),
            Shipping = data.AmountIfAny("shipping"),
            Refunded = data.AmountIfAny("refunded"),
        };
    }

    private static OrderLine Line(MemberReader item, PrivateRemainder split)
    {
        var line = new OrderLine(
            item.Whole("line", 1, EventLimits.MaxQuantity),
            item.Id("product_id"),
            item.Whole("quantity", 0, EventLimits.MaxQuantity),
            item.Amount("unit_price"),
            item.OptionalAmount("freight") ?? 0m
        )
        {
            Discount = item.AmountIfAny("discount"),
            Tax = item.AmountIfAny("tax"),
            Refunded = item.AmountIfAny("refunded"),
        };
        split.Keep(item.PathOf(string.Empty), item.Rest);
        return line;
    }

    private static Payment Payment(MemberReader payment, PrivateRemainder split)
    {
        var read = new Payment(split.Public(payment.PathOf("type"), payment.RequiredText("type")) ?? Withheld, payment.Amount("amount"));
        split.Keep(payment.PathOf(string.Empty), payment.Rest);
        return read;
    }

    private static PublicBuyer Buyer(MemberReader buyer, PrivateRemainder split, IntakeChanges changes)
    {
        var region = split.Public("buyer.region", buyer.Text("region"));
        var country = split.Public("buyer.country", buyer.Text("country"));
        var exist = PrivateFields.None;
        string? prefix = null;
        var unknown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in buyer.Rest.Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var field = FieldOf(name);
            exist |= field;
            if (field == PrivateFields.None)
            {
                unknown[name] = value;
                continue;
            }

            if (value.ValueKind is JsonValueKind.Number)
            {
                changes.Add($"buyer.{name}", AttributeChanges.ReadAsText);
            }

            var text = TextValues.AsText(value);
            prefix = name == "postcode" && text is not null ? Prefix(text) : prefix;
            split.Seal(
                "buyer",
                name,
                text is null || value.ValueKind == JsonValueKind.String
                    ? value
                    : JsonSerializer.SerializeToElement(text, PrivateJson.Default.String)
            );
        }

        split.Keep("buyer", unknown);
        return new PublicBuyer(region, country, prefix, exist);
    }

    private static PrivateFields FieldOf(string name) =>
        name switch
        {
            "name" => PrivateFields.Name,
            "phone" => PrivateFields.Phone,
            "email" => PrivateFields.Email,
            "identity_number" => PrivateFields.IdentityNumber,
            "street" or "house_number" => PrivateFields.Street,
            "city" => PrivateFields.City,
            "postcode" => PrivateFields.Postcode,
            "customer_id" => PrivateFields.CustomerId,
            _ => PrivateFields.None,
        };

    // At most two characters, and at most half of a short one.
    private static string? Prefix(string postcode)
    {
        var letters = string.Concat(postcode.Where(char.IsAsciiLetterOrDigit));
        var length = Math.Min(2, letters.Length / 2);
        return length > 0 ? letters[..length] : null;
    }

    private static EventContent.ProductUpdated Product(MemberReader data)
    {
        var currency =
            data.Rest.TryGetValue("currency", out var value) && value.ValueKind != JsonValueKind.Null ? data.Currency("currency") : null;
        return new EventContent.ProductUpdated(
            data.Text("title", EventLimits.MaxTextLength),
            data.Text("category"),
            data.OptionalAmount("price"),
            currency,
            data.OptionalWhole("weight_g", 0, 1_000_000_000),
            data.Texts("attributes")
        );
    }
}
