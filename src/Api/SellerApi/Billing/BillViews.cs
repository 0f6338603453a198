using System.Text.Json.Serialization;
using Marketplace.Billing;

namespace Marketplace.Api.SellerApi.Billing;

internal sealed record BillView(
    string Seller,
    string Month,
    string Currency,
    string State,
    decimal Total,
    decimal StatementTotal,
    IReadOnlyList<BillLineView> Lines,
    DateTimeOffset AsOf
)
{
    public static BillView Of(Bill bill, DateTimeOffset now) =>
        new(
            bill.Seller.Value,
            FormattableString.Invariant($"{bill.Month:yyyy-MM}"),
            bill.Total.Currency,
            "open",
            bill.Total.Amount,
            bill.Total.RoundedForStatement().Amount,
            [.. bill.Lines.Select(BillLineView.Of)],
            now
        );
}

internal sealed record BillLineView(string Plugin, DateOnly Day, string Tier, string Api, long Calls, decimal UnitPrice, decimal Amount)
{
    public static BillLineView Of(BillLine line) =>
        new(line.Plugin.Value, line.Day, line.Tier, line.Operation.Value, line.Calls, line.UnitPrice.Amount, line.Amount.Amount);
}

internal sealed record BilledCallsView(IReadOnlyList<BilledCallView> Calls, string? NextCursor, bool HasMore);

internal sealed record BilledCallView(long Seq, string Call, string Api, DateTimeOffset At, int Status, string Tier, decimal Price);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BillView))]
[JsonSerializable(typeof(BilledCallsView))]
internal sealed partial class BillJson : JsonSerializerContext;
