using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Labels;
using Marketplace.Quotas;

namespace Marketplace.Api.Calls;

/// <summary>One quota-checked operation, for the call path and the documentation.</summary>
/// <param name="Id">Stable name in ledger and bills, for example <c>orders.get</c>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route pattern.</param>
/// <param name="Scope">The scope an installation must have granted, or those of which any one will do.</param>
/// <param name="Risk">Risk level of the scope's use.</param>
/// <param name="Billable">True if an answer below 400 is counted, metered and priced.</param>
/// <param name="Summary">One sentence for the documentation.</param>
public sealed record Operation(
    OperationName Id,
    string Method,
    string Route,
    ScopeNeed Scope,
    RiskLevel Risk,
    bool Billable,
    string Summary
)
{
    /// <summary>True if the operation can change something, so that idempotency keys apply.</summary>
    public bool IsWrite => Risk is RiskLevel.W1 or RiskLevel.W2;

    /// <summary>The documented members of a write's body; a trailing <c>.*</c> matches any member name.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>The declared query parameters; those of upstreams are unknown.</summary>
    public ImmutableArray<string> Parameters { get; init; } = [];

    /// <summary>
    /// True if it is only useful together with a counted operation. That operation's calls then show whether the scopes are used, since
    /// this one's calls are not recorded.
    /// </summary>
    public bool IsAccessory { get; init; }

    /// <summary>An optional scope that extends the answer; null if there is none.</summary>
    public string? OptionalScope { get; init; }

    /// <summary>The price class of a call: see <see cref="PriceClasses"/>.</summary>
    public string PriceClass => Billable ? PriceClasses.PerCall : PriceClasses.Free;

    /// <summary>True if a configured upstream answers it: the meaning of its bodies is unknown here.</summary>
    public bool IsUpstream { get; init; }
}

/// <summary>Price classes of operations. An error (4xx), a refusal or a failure is always free.</summary>
public static class PriceClasses
{
    /// <summary>Judged like any call, neither counted nor priced.</summary>
    public const string Free = "free";

    /// <summary>Each call answered below 400 is counted and priced by the installation's price book.</summary>
    public const string PerCall = "per-call";
}

/// <summary>The table of built-in operations: the only place that declares routes, scopes, risk and billability.</summary>
public static class Operations
{
    public static readonly Operation OrdersList = new(
        OperationName.Parse("orders.list"),
        "GET",
        "/open/v1/orders",
        "orders.read",
        RiskLevel.R1,
        true,
        "List the seller's orders."
    )
    {
        Parameters = ["status", "created_from", "created_to", "updated_after_seq", "limit", "cursor"],
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersGet = new(
        OperationName.Parse("orders.get"),
        "GET",
        "/open/v1/orders/{id}",
        "orders.read",
        RiskLevel.R1,
        true,
        "Get one order."
    )
    {
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersFlag = new(
        OperationName.Parse("orders.flag"),
        "POST",
        "/open/v1/orders/{id}/flags",
        "orders.flag",
        RiskLevel.W1,
        true,
        "Flag an order as abnormal."
    )
    {
        Members = ["kind", "note"],
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersSplit = new(
        OperationName.Parse("orders.split"),
        "POST",
        "/open/v1/orders/{id}/split",
        "orders.split",
        RiskLevel.W1,
        true,
        "Split an order into parcels."
    )
    {
        Members = ["parcels"],
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersMerge = new(
        OperationName.Parse("orders.merge"),
        "POST",
        "/open/v1/orders/{id}/merge",
        "orders.merge",
        RiskLevel.W1,
        true,
        "Merge orders of one buyer into one shipment."
    )
    {
        Members = ["with"],
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersUnmerge = new(
        OperationName.Parse("orders.unmerge"),
        "POST",
        "/open/v1/orders/{id}/unmerge",
        "orders.merge",
        RiskLevel.W1,
        true,
        "Undo a merge: each order of the shipment ships by itself again."
    )
    {
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation OrdersTrack = new(
        OperationName.Parse("orders.track"),
        "POST",
        "/open/v1/orders/{id}/tracking",
        "logistics.write",
        RiskLevel.W1,
        true,
        "Write a waybill number back to an order."
    )
    {
        Members = ["tracking_id", "carrier"],
        OptionalScope = LabelScopes.Write,
    };

    public static readonly Operation TrackingGet = new(
        OperationName.Parse("tracking.get"),
        "GET",
        "/open/v1/tracking/{id}",
        "logistics.read",
        RiskLevel.R1,
        true,
        "Get the track of a waybill."
    );

    public static readonly Operation LabelsCreate = new(
        OperationName.Parse("labels.create"),
        "POST",
        "/open/v1/labels",
        LabelScopes.Write,
        RiskLevel.W2,
        true,
        "Create a parcel label from an order's address handle."
    )
    {
        Members = ["order_id", "address_handle", "carrier", "service", "weight_g"],
    };

    public static readonly Operation RatesList = new(
        OperationName.Parse("rates.list"),
        "GET",
        "/open/v1/rates",
        LabelScopes.Rates,
        RiskLevel.R1,
        true,
        "Compare carriers' rates for an order's parcel."
    )
    {
        Parameters = ["order_id", "weight_g"],
    };

    public static readonly Operation ProductsList = new(
        OperationName.Parse("products.list"),
        "GET",
        "/open/v1/products",
        "products.read",
        RiskLevel.R1,
        true,
        "List the seller's products."
    )
    {
        Parameters = ["updated_after_seq", "limit", "cursor"],
    };

    public static readonly Operation ProductsPatch = new(
        OperationName.Parse("products.patch"),
        "PATCH",
        "/open/v1/products/{id}",
        "products.write",
        RiskLevel.W2,
        true,
        "Change fields of a product."
    )
    {
        Members = ["title", "price", "category", "attributes.*"],
    };

    public static readonly Operation EventsList = new(
        OperationName.Parse("events.list"),
        "GET",
        "/open/v1/events",
        ScopeNeed.Any(EventScopes.All),
        RiskLevel.R1,
        true,
        "List the next events, after a cursor or after what is confirmed."
    )
    {
        Parameters = ["cursor", "limit", "order_id"],
    };

    public static readonly Operation EventsConfirm = new(
        OperationName.Parse("events.confirm"),
        "POST",
        "/open/v1/events/confirm",
        ScopeNeed.Any(EventScopes.All),
        RiskLevel.R1,
        false,
        "Confirm events up to a cursor."
    )
    {
        IsAccessory = true,
    };

    public static readonly Operation EventsLive = new(
        OperationName.Parse("events.live"),
        "GET",
        "/open/v1/events/live",
        ScopeNeed.Any(EventScopes.All),
        RiskLevel.R1,
        false,
        "Stream events as they come (server-sent events); free, as what is pushed."
    )
    {
        IsAccessory = true,
        Parameters = ["cursor", "limit"],
    };

    public static ImmutableArray<Operation> All { get; } =
    [
        OrdersList,
        OrdersGet,
        OrdersFlag,
        OrdersSplit,
        OrdersMerge,
        OrdersUnmerge,
        OrdersTrack,
        TrackingGet,
        LabelsCreate,
        RatesList,
        ProductsList,
        ProductsPatch,
        EventsList,
        EventsConfirm,
        EventsLive,
    ];
}
