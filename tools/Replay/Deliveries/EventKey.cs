using System.Globalization;
using System.Text.Json;
using Marketplace.Replay.Events;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Deliveries;

/// <summary>
/// Identifies an event among the seller's others, sent and received alike, because receivers see another id than the sender's.
/// </summary>
/// <remarks><c>Seconds</c>: its own instant, since 1970. <c>Status</c>: of a tracking point; otherwise empty.</remarks>
internal readonly record struct EventKey(string Type, string Subject, long Seconds, string Status)
{
    private const string Tracked = "logistics.track.updated";

    public static EventKey Of(SellerEvent sent) =>
        new(sent.Type, sent.Subject, sent.At.ToUnixTimeSeconds(), sent is SellerEvent.Tracked tracked ? tracked.Point.Status : "");

    /// <summary>Null if a member common to all events is missing.</summary>
    public static EventKey? Of(JsonElement arrived)
    {
        if (
            OrderComparison.Text(arrived, "type") is not { } type
            || OrderComparison.Text(arrived, "subject") is not { } subject
            || !DateTimeOffset.TryParse(
                OrderComparison.Text(arrived, "time"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            )
        )
        {
            return null;
        }

        var status =
            type == Tracked && OrderComparison.Member(arrived, "data") is { } data ? OrderComparison.Text(data, "status") ?? "" : "";
        return new EventKey(type, subject, at.ToUnixTimeSeconds(), status);
    }

    /// <summary>The scope required for events of a type.</summary>
    public static string ScopeOf(string type) =>
        type switch
        {
            Tracked => "logistics.read",
            "product.updated" => "products.read",
            _ => "orders.read",
        };
}
