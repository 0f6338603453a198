using System.Globalization;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Plugin;

/// <summary>What a real plugin would point out to the seller. The words are the same at every run: they are hashed with the key.</summary>
internal static class Abnormal
{
    /// <summary>Null for an order with nothing to point out.</summary>
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
