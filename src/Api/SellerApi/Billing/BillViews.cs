using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Subscriptions;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>
/// A bill; the total is the sum of its lines, subscriptions and adjustments. <see cref="State"/>: <c>open</c> or <c>closed</c>; a closed
/// bill never changes. <see cref="Statement"/>: The document of a closed bill; null while it is open.
/// </summary>
internal sealed record BillView(
    string Seller,
    string Month,
    string Currency,
    string State,
    decimal UsageTotal,
    decimal SubscriptionTotal,
    decimal AdjustmentTotal,
    decimal Total,
    decimal StatementTotal,
    IReadOnlyList<BillLineView> Lines,
    IReadOnlyList<SubscriptionLineView> Subscriptions,
    IReadOnlyList<AdjustmentView> Adjustments,
    StatementView? Statement,
    DateTimeOffset AsOf
)
{
    public static BillView Of(Bill bill, DateTimeOffset now) =>
        new(
            bill.Seller.Value,
            BillingMonths.Text(bill.Month),
            bill.Total.Currency,
            bill.Closed is null ? "open" : "closed",
            bill.UsageTotal.Amount,
            bill.SubscriptionTotal.Amount,
            bill.AdjustmentTotal.Amount,
            bill.Total.Amount,
            bill.Total.RoundedForStatement().Amount,
            [.. bill.Lines.Select(BillLineView.Of)],
            [.. bill.Subscriptions.Select(SubscriptionLineView.Of)],
            [.. bill.Adjustments.Select(AdjustmentView.Of)],
            bill.Closed is { } closed ? StatementView.Of(closed) : null,
            bill.Closed?.ClosedAt ?? now
        );
}

internal sealed record BillLineView(string Plugin, DateOnly Day, string Tier, string Api, long Calls, decimal UnitPrice, decimal Amount)
{
    public static BillLineView Of(BillLine line) =>
        new(line.Plugin.Value, line.Day, line.Tier, line.Operation.Value, line.Calls, line.UnitPrice.Amount, line.Amount.Amount);
}

/// <summary>Days of a subscription; the amount of days that are given back is negative.</summary>
internal sealed record SubscriptionLineView(
    string Plugin,
    string AddOn,
    DateOnly From,
    DateOnly To,
    decimal Monthly,
    int PriceVersion,
    decimal Amount
)
{
    public static SubscriptionLineView Of(SubscriptionLine line) =>
        new(line.Plugin.Value, line.AddOn, line.From, line.To, line.Monthly, line.PriceVersion, line.Amount.Amount);
}

/// <summary>
/// An entry beside the lines; the amount of a credit is negative. <see cref="Kind"/>: <c>operator</c>, <c>dispute</c> or
/// <c>late-usage</c>. <see cref="Corrects"/>: The closed month that it corrects; null for none.
/// </summary>
internal sealed record AdjustmentView(
    string Id,
    string Month,
    string Kind,
    decimal Amount,
    string Reason,
    string Reference,
    string? Plugin,
    string? Corrects,
    DateTimeOffset At
)
{
    public static AdjustmentView Of(Adjustment adjustment) =>
        new(
            adjustment.Id,
            BillingMonths.Text(adjustment.Month),
            adjustment.Kind switch
            {
                AdjustmentKind.Operator => "operator",
                AdjustmentKind.Dispute => "dispute",
                AdjustmentKind.LateUsage => "late-usage",
                _ => throw new InvalidOperationException($"No name for {adjustment.Kind}."),
            },
            adjustment.Amount.Amount,
            adjustment.Reason,
            adjustment.Reference,
            adjustment.Plugin,
            adjustment.Corrects is { } month ? BillingMonths.Text(month) : null,
            adjustment.At
        );
}

/// <summary>
/// A closed bill in short. <see cref="Sha256"/>: SHA-256 of the statement's bytes.
/// </summary>
internal sealed record StatementView(
    string Month,
    [property: JsonPropertyName("sha256")] string Sha256,
    decimal Total,
    decimal StatementTotal,
    string Currency,
    DateTimeOffset ClosedAt
)
{
    public static StatementView Of(ClosedBill closed) =>
        new(
            BillingMonths.Text(closed.Month),
            closed.Sha256,
            closed.Total.Amount,
            closed.StatementTotal.Amount,
            closed.Total.Currency,
            closed.ClosedAt
        );
}

internal sealed record BilledCallsView(IReadOnlyList<BilledCallView> Calls, string? NextCursor, bool HasMore);

internal sealed record BilledCallView(long Seq, string Call, string Api, DateTimeOffset At, int Status, string Tier, decimal Price);

/// <param name="Seller">The seller.</param>
/// <param name="Plugin">The plugin of the disputed line.</param>
/// <param name="Day">Its day.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Api">Its operation.</param>
/// <param name="Reason">In the seller's words.</param>
internal sealed record DisputeRequest(string? Seller, string? Plugin, DateOnly? Day, string? Tier, string? Api, string? Reason);

/// <param name="Kind"><c>debit</c> or <c>credit</c>.</param>
/// <param name="Amount">More than 0, in CNY, two decimals.</param>
/// <param name="Reason">In words for the seller.</param>
/// <param name="Reference">The case, invoice or document behind it.</param>
/// <param name="Plugin">The plugin that it concerns; may be left out.</param>
internal sealed record AdjustRequest(string? Kind, decimal? Amount, string? Reason, string? Reference, string? Plugin);

/// <param name="Amount">What is given back, in CNY: at most what the line asks.</param>
/// <param name="Reason">For the seller.</param>
internal sealed record AcceptDisputeRequest(decimal? Amount, string? Reason);

/// <param name="Reason">For the seller.</param>
internal sealed record RejectDisputeRequest(string? Reason);

/// <summary>
/// A dispute of one line of a closed bill. <see cref="State"/>: <c>open</c>, <c>accepted</c> or <c>rejected</c>. <see cref="Amount"/>:
/// What the line asks: the most that can be given back. <see cref="Answer"/>: The operator's reason; null while it is open. <see
/// cref="Adjustment"/>: The credit of an accepted one.
/// </summary>
internal sealed record DisputeView(
    string Id,
    string Seller,
    string Month,
    string State,
    string Plugin,
    DateOnly Day,
    string Tier,
    string Api,
    decimal Amount,
    string Reason,
    DateTimeOffset FiledAt,
    string? Answer,
    DateTimeOffset? DecidedAt,
    string? Adjustment
)
{
    public static DisputeView Of(string seller, Dispute dispute) =>
        new(
            dispute.Id,
            seller,
            BillingMonths.Text(dispute.Month),
            BillingRefusals.Name(dispute.State),
            dispute.Line.Plugin,
            dispute.Line.Day,
            dispute.Line.Tier,
            dispute.Line.Api,
            dispute.Amount.Amount,
            dispute.Reason,
            dispute.FiledAt,
            dispute.Answer,
            dispute.DecidedAt,
            dispute.Adjustment
        );
}

internal sealed record DisputeList(IReadOnlyList<DisputeView> Disputes);

/// <summary>
/// A seller's account as operators see it. <see cref="OldestOpen"/>: The oldest month that is not closed; null before the account is
/// opened.
/// </summary>
internal sealed record AccountView(
    string Seller,
    string? OldestOpen,
    IReadOnlyList<StatementView> Closed,
    IReadOnlyList<AdjustmentView> Adjustments,
    IReadOnlyList<DisputeView> Disputes
)
{
    public static AccountView Of(string seller, BillingAccount account) =>
        new(
            seller,
            account.OldestOpen is { } month ? BillingMonths.Text(month) : null,
            [.. account.Closed.Select(StatementView.Of)],
            [.. account.Adjustments.Select(AdjustmentView.Of)],
            [.. account.Disputes.Select(dispute => DisputeView.Of(seller, dispute))]
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BillView))]
[JsonSerializable(typeof(BilledCallsView))]
[JsonSerializable(typeof(DisputeList))]
[JsonSerializable(typeof(AccountView))]
internal sealed partial class BillJson : JsonSerializerContext
{
    public static BillJson Readable => field ??= new(Default.Options.Readable());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(DisputeRequest))]
[JsonSerializable(typeof(AdjustRequest))]
[JsonSerializable(typeof(AcceptDisputeRequest))]
[JsonSerializable(typeof(RejectDisputeRequest))]
internal sealed partial class BillRequestJson : JsonSerializerContext;
