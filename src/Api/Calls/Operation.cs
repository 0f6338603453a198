using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Sync;

namespace Marketplace.Api.Calls;

/// <summary>One quota-checked operation, as the call path and the documentation know it.</summary>
/// <param name="Id">Stable name in ledger and bills, for example <c>orders.get</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route pattern.</param>
/// <param name="Scope">The scope an installation must have granted, or those of which any one will do (<see cref="ScopeNeed"/>).</param>
/// <param name="Risk">Risk level of the scope's use.</param>
/// <param name="Billable">True if an answer below 500 is counted, metered and priced.</param>
/// <param name="Summary">One sentence for the documentation.</param>
public sealed record Operation(string Id, string Method, string Route, string Scope, RiskLevel Risk, bool Billable, string Summary)
{
    /// <summary>True if the operation may change something, so that an idempotency key has a meaning.</summary>
    public bool IsWrite => Risk is RiskLevel.W1 or RiskLevel.W2;

    /// <summary>The documented members of a write's body; one that ends in <c>.*</c> takes members of any name.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>
    /// True if it is only of use beside an operation that is counted. That one's calls tell whether the scopes are used, so this one's, which are
    /// not recorded, need not.
    /// </summary>
    public bool IsAccessory { get; init; }

    /// <summary>True if a configured service answers it: what a body means there is not known here.</summary>
    public bool IsUpstream { get; init; }
}

/// <summary>The one table of built-in operations: routes, scopes, risk and billability are declared here and nowhere else.</summary>
public static class Operations
{
    public static readonly Operation OrdersList = new(
        "orders.list", "GET", "/open/v1/orders", "orders.read", RiskLevel.R1, true, "Pages through the seller's orders.");

    public static readonly Operation OrdersGet = new(
        "orders.get", "GET", "/open/v1/orders/{id}", "orders.read", RiskLevel.R1, true, "Gets one order.");

    public static readonly Operation OrdersFlag = new(
        "orders.flag", "POST", "/open/v1/orders/{id}/flags", "orders.flag", RiskLevel.W1, true, "Marks an order as abnormal (R27).")
    {
        Members = ["kind", "note"],
    };

    public static readonly Operation OrdersSplit = new(
        "orders.split", "POST", "/open/v1/orders/{id}/split", "orders.split", RiskLevel.W1, true, "Splits an order into parcels (R27).")
    {
        Members = ["parcels"],
    };

    public static readonly Operation OrdersMerge = new(
        "orders.merge", "POST", "/open/v1/orders/{id}/merge", "orders.merge", RiskLevel.W1, true, "Ships orders of one buyer together (R27).")
    {
        Members = ["with"],
    };

    public static readonly Operation OrdersTrack = new(
        "orders.track", "POST", "/open/v1/orders/{id}/tracking", "logistics.write", RiskLevel.W1, true, "Writes a waybill number back (R29).")
    {
        Members = ["tracking_id", "carrier"],
    };

    public static readonly Operation TrackingGet = new(
        "tracking.get", "GET", "/open/v1/tracking/{id}", "logistics.read", RiskLevel.R1, true, "Gets the track of a waybill.");

    public static readonly Operation ProductsList = new(
        "products.list", "GET", "/open/v1/products", "products.read", RiskLevel.R1, true, "Pages through the seller's products.");

    public static readonly Operation ProductsPatch = new(
        "products.patch", "PATCH", "/open/v1/products/{id}", "products.write", RiskLevel.W2, true, "Changes fields of a product.")
    {
        Members = ["title", "price", "category", "attributes.*"],
    };

    public static readonly Operation EventsList = new(
        "events.list", "GET", "/open/v1/events", ScopeNeed.Any(EventScopes.All), RiskLevel.R1, true, "Reads the next events, after a cursor or what is confirmed.");

    public static readonly Operation EventsConfirm = new(
        "events.confirm", "POST", "/open/v1/events/confirm", ScopeNeed.Any(EventScopes.All), RiskLevel.R1, false, "Confirms events up to a cursor.")
    {
        IsAccessory = true,
    };

    public static readonly Operation EventsLive = new(
        "events.live", "GET", "/open/v1/events/live", ScopeNeed.Any(EventScopes.All), RiskLevel.R1, true, "Sends events as they come (server-sent events); one call a batch.");

    public static ImmutableArray<Operation> All { get; } =
    [
        OrdersList, OrdersGet, OrdersFlag, OrdersSplit, OrdersMerge, OrdersTrack, TrackingGet, ProductsList, ProductsPatch, EventsList, EventsConfirm, EventsLive,
    ];
}
