using Marketplace.Events;

namespace Marketplace.Evidence;

/// <summary>Refusals to make evidence.</summary>
public static class EvidenceRefusals
{
    /// <summary>The seller never had the order, or the plugin may not see it.</summary>
    public static Refusal OrderNotFound() =>
        new(
            SyncRefusals.OrderNotFound,
            "There are no events of such an order, so there is no evidence of it.",
            "plugin",
            "Check the order id; GET /seller/v1/orders.csv lists the shop's orders."
        );
}
