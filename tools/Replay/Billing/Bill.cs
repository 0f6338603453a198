using System.Globalization;
using System.Text.Json;

namespace Marketplace.Replay.Billing;

internal sealed record BillLine(string Plugin, DateOnly Day, string Tier, string Api, int Calls, decimal UnitPrice, decimal Amount);

/// <summary>One seller's bill of one month from the server.</summary>
internal sealed record Bill(string Month, decimal Total, IReadOnlyList<BillLine> Lines)
{
    public static Bill Parse(JsonElement json) =>
        new(
            json.GetProperty("month").GetString()!,
            json.GetProperty("total").GetDecimal(),
            [.. json.GetProperty("lines").EnumerateArray().Select(Line)]
        );

    private static BillLine Line(JsonElement line) =>
        new(
            line.GetProperty("plugin").GetString()!,
            DateOnly.ParseExact(line.GetProperty("day").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            line.GetProperty("tier").GetString()!,
            line.GetProperty("api").GetString()!,
            line.GetProperty("calls").GetInt32(),
            line.GetProperty("unit_price").GetDecimal(),
            line.GetProperty("amount").GetDecimal()
        );
}
