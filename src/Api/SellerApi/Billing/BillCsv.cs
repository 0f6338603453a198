using System.Globalization;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Billing;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>
/// A bill as CSV: calls, subscriptions and adjustments, which <c>tier</c> tells apart, and the total. Made of the bill alone, so that of a
/// closed one it never changes.
/// </summary>
internal static class BillCsv
{
    public static string Of(Bill bill)
    {
        var csv = new StringBuilder("plugin,day,tier,api,calls,unit_price,amount,currency\r\n");
        foreach (var line in bill.Lines)
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Cell(line.Plugin.Value)},{line.Day:yyyy-MM-dd},{line.Tier},{Cell(line.Operation.Value)},{line.Calls},"
                    + $"{line.UnitPrice.Amount:0.000},{line.Amount.Amount:0.000},{line.Amount.Currency}\r\n"
            );
        }

        foreach (var line in bill.Subscriptions)
        {
            var kind = line.IsCredit ? "subscription-credit" : "subscription";
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Cell(line.Plugin.Value)},{line.From:yyyy-MM-dd}/{line.To:yyyy-MM-dd},{kind},"
                    + $"{Cell(line.AddOn)},,{line.Monthly:0.000},{line.Amount.Amount:0.000},{line.Amount.Currency}\r\n"
            );
        }

        foreach (var entry in bill.Adjustments.Select(AdjustmentView.Of))
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Cell(entry.Plugin ?? string.Empty)},{entry.At:yyyy-MM-dd},adjustment-{entry.Kind},{Cell(entry.Reference)},,,"
                    + $"{entry.Amount:0.000},{bill.Total.Currency}\r\n"
            );
        }

        return csv.Append(
                CultureInfo.InvariantCulture,
                $"total,,,,{bill.Lines.Sum(line => line.Calls)},,{bill.Total.Amount:0.000},{bill.Total.Currency}\r\n"
            )
            .ToString();
    }

    // Ids contain no commas or quotes; operation names are the operator's and references free text, so check them for formulas.
    private static string Cell(string text)
    {
        var safe = SpreadsheetText.Escape(text)!;
        return safe.AsSpan().IndexOfAny(",;\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
