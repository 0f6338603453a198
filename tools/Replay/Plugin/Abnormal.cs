using System.Globalization;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Plugin;

/// <summary>
/// The abnormal orders a real plugin would flag. The words are identical in every run, because they are hashed with the idempotency key.
/// </summary>
internal static class Abnormal
{
    /// <summary>Null for an order without abnormalities.</summary>
    public static (string Kind, string Note)? Reason(Order order) =>
        order.Times switch
        {
            { Cancelled: not null, Shipped: not null } => ("other", "cancelled after it had left the seller"),
            { Delivered: { } at, EstimatedDelivery: { } estimate } when at > estimate => (
                "late-delivery",
                string.Create(CultureInfo.InvariantCulture, $"delivered {Math.Ceiling((at - estimate).TotalDays)} days after the estimate")
            ),
            _ => null,
        };
}
