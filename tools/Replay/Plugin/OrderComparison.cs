using System.Globalization;
using System.Text.Json;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Plugin;

/// <summary>Compares an order as seen by a plugin with the order sent, member by member.</summary>
internal static class OrderComparison
{
    /// <summary>The names of the members that differ.</summary>
    public static IEnumerable<string> Differences(Order sent, JsonElement seen)
    {
        (string Name, bool Same)[] members =
        [
            ("order_id", Text(seen, "order_id") == sent.Id),
            ("status", Text(seen, "status") == sent.Status),
            ("currency", Text(seen, "currency") == sent.Currency),
            ("created_at", Instant(seen, "created_at") == sent.Times.Created),
            ("paid_at", Instant(seen, "paid_at") == sent.Times.Paid),
            ("shipped_at", Instant(seen, "shipped_at") == sent.Times.Shipped),
            ("delivered_at", Instant(seen, "delivered_at") == sent.Times.Delivered),
            ("cancelled_at", Instant(seen, "cancelled_at") == sent.Times.Cancelled),
            ("cancel_reason", Text(seen, "cancel_reason") == sent.CancelReason),
            ("estimated_delivery", Instant(seen, "estimated_delivery") == sent.Times.EstimatedDelivery),
            ("items", Items(seen).SequenceEqual(sent.Items.OrderBy(item => item.Line))),
            ("payments", Sorted(Payments(seen)).SequenceEqual(Sorted(sent.Payments))),
            ("total", Amount(seen, "total") == sent.Total),
        ];
        return members
            .Where(member => !member.Same)
            .Select(member => member.Name)
            .Concat(BuyerDifferences(sent.Buyer, Member(seen, "buyer")));
    }

    /// <summary>The names of a tracking record's members that differ from the points sent.</summary>
    public static IEnumerable<string> Differences(string order, Waybill sent, JsonElement seen)
    {
        (string Name, bool Same)[] members =
        [
            ("tracking_id", Text(seen, "tracking_id") == sent.TrackingId),
            ("tracking.order_id", Text(seen, "order_id") == order),
            ("tracking.carrier", Text(seen, "carrier") == sent.Carrier),
            ("tracking.points", Sorted(Points(seen)).SequenceEqual(Sorted(sent.Points))),
        ];
        return members.Where(member => !member.Same).Select(member => member.Name);
    }

    public static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    public static IEnumerable<JsonElement> Array(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static IEnumerable<string> BuyerDifferences(Buyer sent, JsonElement? seen)
    {
        if (seen is not { ValueKind: JsonValueKind.Object } buyer)
        {
            yield return "buyer";
            yield break;
        }

        var prefix = Text(buyer, "postcode_prefix");
        (string Name, bool Same)[] members =
        [
            ("region", Text(buyer, "region") == sent.Region),
            ("country", Text(buyer, "country") == sent.Country),
            (
                "postcode_prefix",
                sent.Postcode is null
                    ? prefix is null
                    : prefix is { Length: 1 or 2 } && sent.Postcode.StartsWith(prefix, StringComparison.Ordinal)
            ),
            ("customer_id", IsMarked(buyer, "customer_id", sent.CustomerId)),
            ("name", IsMarked(buyer, "name", sent.Name)),
            ("phone", IsMarked(buyer, "phone", sent.Phone)),
            ("email", IsMarked(buyer, "email", sent.Email)),
            ("identity_number", IsMarked(buyer, "identity_number", sent.IdentityNumber)),
            ("street", IsMarked(buyer, "street", sent.Street)),
            ("city", IsMarked(buyer, "city", sent.City)),
            ("postcode", IsMarked(buyer, "postcode", sent.Postcode)),
        ];
        foreach (var (name, _) in members.Where(member => !member.Same))
        {
            yield return $"buyer.{name}";
        }
    }

    /// <summary>Private fields sent by the platform are marked as redacted, with the reason; others are absent.</summary>
    private static bool IsMarked(JsonElement buyer, string name, string? sent)
    {
        var mark = Member(buyer, name);
        return sent is null
            ? mark is null or { ValueKind: JsonValueKind.Null }
            : Member(mark, "redacted") is { ValueKind: JsonValueKind.True } && Text(mark!.Value, "reason") is { Length: > 0 };
    }

    private static IEnumerable<OrderItem> Items(JsonElement seen) =>
        Array(seen, "items")
            .Select(item => new OrderItem(
                (int?)Amount(item, "line") ?? 0,
                Text(item, "product_id") ?? "",
                (int?)Amount(item, "quantity") ?? 0,
                Amount(item, "unit_price") ?? -1,
                Amount(item, "freight") ?? -1
            ))
            .OrderBy(item => item.Line);

    private static IEnumerable<Payment> Payments(JsonElement seen) =>
        Array(seen, "payments").Select(payment => new Payment(Text(payment, "type") ?? "", Amount(payment, "amount") ?? -1));

    private static IEnumerable<TrackPoint> Points(JsonElement seen) =>
        Array(seen, "points")
            .Select(point => new TrackPoint(Instant(point, "at") ?? default, Text(point, "status") ?? "", Text(point, "location") ?? ""));

    private static IEnumerable<Payment> Sorted(IEnumerable<Payment> payments) =>
        payments.OrderBy(payment => payment.Type, StringComparer.Ordinal).ThenBy(payment => payment.Amount);

    private static IEnumerable<TrackPoint> Sorted(IEnumerable<TrackPoint> points) =>
        points.OrderBy(point => point.At).ThenBy(point => point.Status, StringComparer.Ordinal);

    private static decimal? Amount(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var amount) ? amount : null;

    private static DateTimeOffset? Instant(JsonElement json, string name) =>
        DateTimeOffset.TryParse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
