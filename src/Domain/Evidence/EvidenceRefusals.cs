using Marketplace.Events;

namespace Marketplace.Evidence;

/// <summary>What keeps evidence from being made.</summary>
public static class EvidenceRefusals
{
    /// <summary>The seller never had the order, or it is none of the plugin's business.</summary>
    public static Refusal OrderNotFound() =>
        new(
            SyncRefusals.OrderNotFound,
            "There are no events of such an order, so there is no evidence of it.",
            "plugin",
            "Check the order id; GET /seller/v1/orders.csv lists the shop's orders."
        );
}
