using System.Collections.Immutable;
using Marketplace.Api.SellerApi.Billing;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations around bills, disputes, adjustments and subscriptions.</summary>
internal static class BillReference
{
    private const string Lines = "application/x-ndjson";
    private const string Subscriptions = "/seller/v1/installations/{seller}/{plugin}/subscriptions";
    private const string Account = "/platform/v1/billing/{seller}";
    private const string Role = "role-not-allowed";

    public static ImmutableArray<OperationReference> OfSellers { get; } =
    [
        new("GET", "/seller/v1/bills/{month}", "bills.get", "Get a month's bill by plugin, day, tier and operation, as JSON or CSV.")
        {
            Description = "A closed bill is answered as it was closed and never changes.",
            Parameters =
            [
                Parameters.Seller,
                Parameters.Plugin,
                Parameters.OneOf("format", "The form of the answer; else `Accept` decides.", "csv", "html"),
                Parameters.PageLanguage,
                Parameters.PageLanguages,
            ],
            Answers = [Json<BillView>()],
        },
        new("GET", "/seller/v1/bills/{month}/calls", "bills.calls", "List the calls behind a bill's line.")
        {
            Parameters =
            [
                Parameters.Seller,
                Parameters.Plugin.Needed(),
                new("day", ParameterKind.Day, "A day in Asia/Shanghai.") { Required = true, Example = "2026-11-29" },
                new("api", ParameterKind.Text, "Only calls of this operation."),
                new("tier", ParameterKind.Text, "Only calls of this price tier.") { Example = "1001-5000" },
                Parameters.Limit(1_000, 100),
                Parameters.Cursor,
            ],
            Answers = [Json<BilledCallsView>()],
        },
        new("GET", "/seller/v1/bills/{month}/statement", "bills.statement", "Get the document of a closed bill, byte for byte.")
        {
            Parameters = [Parameters.Seller],
            Answers = [Json<System.Text.Json.JsonElement>(StatusCodes.Status200OK, "The statement; its SHA-256 is in the bill.")],
            Problems = ["bill-not-closed"],
        },
        new("GET", "/seller/v1/bills/{month}/proof", "bills.prove", "Get the ledger rows behind a bill, signed.")
        {
            Description = "Lines as of the ledger's export; the last one names them and is signed.",
            Parameters = [Parameters.Seller, Parameters.Plugin],
            Answers = [Text(Lines, "One JSON object a line; the last is the signed head.")],
            Problems = ["too-many-at-once", "overloaded"],
        },
        new("POST", "/seller/v1/bills/{month}/disputes", "billDisputes.file", "Dispute a line of a closed bill.")
        {
            Body = JsonBody<DisputeRequest>(),
            Answers = [Json<DisputeView>(StatusCodes.Status201Created)],
            Problems = ["bill-not-closed", "dispute-invalid", "dispute-state-conflict", "adjustment-invalid", Role],
            TakesKey = true,
        },
        new("GET", "/seller/v1/bill-disputes", "billDisputes.list", "List a seller's disputes, newest first.")
        {
            Parameters = [Parameters.Seller],
            Answers = [Json<DisputeList>()],
        },
        new("GET", Subscriptions, "subscriptions.list", "List the add-ons of a plugin that a seller ever subscribed to.")
        {
            Answers = [Json<SubscriptionList>()],
            Problems = ["installation-not-found"],
        },
        Subscription("", "subscriptions.start", "Subscribe an add-on from today.", JsonBody<SubscribeRequest>()) with
        {
            Answers = [Json<SubscriptionView>(StatusCodes.Status201Created)],
        },
        Subscription("/cancel", "subscriptions.cancel", "End a subscription with the month, or at once.", JsonBody<CancelRequest>()),
        Subscription("/upgrade", "subscriptions.upgrade", "Change to another add-on from today.", JsonBody<UpgradeRequest>()),
    ];

    public static ImmutableArray<OperationReference> OfOperators { get; } =
    [
        new("GET", "/platform/v1/bills/{month}/proof", "bills.proveFor", "Get the ledger rows behind a seller's bill, signed.")
        {
            Parameters = [Parameters.Seller, Parameters.Plugin],
            Answers = [Text(Lines, "As for the seller.")],
            Problems = ["too-many-at-once", "overloaded"],
        },
        new("GET", "/platform/v1/billing/disputes", "billing.disputes", "List the open disputes of all sellers, oldest first.")
        {
            Answers = [Json<DisputeList>()],
        },
        new("GET", Account, "billing.get", "Get a seller's account: closed bills, adjustments, disputes.")
        {
            Answers = [Json<AccountView>()],
        },
        new("POST", Account + "/bills/{month}/close", "billing.close", "Close a month's bill, and every older one that is open.")
        {
            Answers = [Json<StatementView>()],
            Problems = ["bill-not-closable"],
            TakesKey = true,
        },
        new("POST", Account + "/adjustments", "billing.adjust", "Add an entry to the bill of the current month.")
        {
            Body = JsonBody<AdjustRequest>(),
            Answers = [Json<AdjustmentView>(StatusCodes.Status201Created)],
            Problems = ["adjustment-invalid", Role],
            TakesKey = true,
        },
        Dispute("accept", "billing.acceptDispute", "Accept a dispute and give an amount back.", JsonBody<AcceptDisputeRequest>()),
        Dispute("reject", "billing.rejectDispute", "Reject a dispute.", JsonBody<RejectDisputeRequest>()),
    ];

    private static OperationReference Subscription(string verb, string id, string summary, BodyReference body) =>
        new("POST", Subscriptions + "/{addOn}" + verb, id, summary)
        {
            Body = body,
            Answers = [Json<SubscriptionView>()],
            Problems = ["add-on-not-found", "subscription-not-found", "subscription-invalid", "subscription-price-changed", Role],
            TakesKey = true,
        };

    private static OperationReference Dispute(string verb, string id, string summary, BodyReference body) =>
        new("POST", Account + "/disputes/{dispute}/" + verb, id, summary)
        {
            Body = body,
            Answers = [Json<DisputeView>()],
            Problems = ["dispute-not-found", "dispute-state-conflict", "adjustment-invalid", Role],
            TakesKey = true,
        };
}
