using System.Globalization;
using System.Text.Json.Nodes;

namespace Marketplace.Replay.Tests;

/// <summary>Counts and prices calls, one by one, on a day that never ends.</summary>
internal sealed class Meter(Faults faults)
{
    private const string Day = "2026-11-23";
    private readonly Dictionary<string, List<(string Operation, string Tier, decimal Price)>> _calls = [];

    public int Used(string installation) => Of(installation).Count;

    /// <summary>Counts the call and gives its receipt.</summary>
    public string Count(string installation, string operation)
    {
        var calls = Of(installation);
        var seq = calls.Count + 1;
        calls.Add(
            seq switch
            {
                <= 1_000 => (operation, "1-1000", 0m),
                <= 5_000 => (operation, "1001-5000", 0.020m),
                _ => (operation, "5001-20000", 0.015m),
            }
        );
        var total = calls.Sum(call => call.Price);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"seq={seq}, day=\"{Day}\", price={calls[^1].Price:F3}, total={total:F3}, call=\"{Guid.NewGuid():N}\", hash=:AAEC:"
        );
    }

    public JsonNode Quota(string installation) =>
        new JsonObject
        {
            ["installation"] = installation,
            ["day"] = Day,
            ["daily"] = new JsonObject { ["limit"] = 20_000, ["used"] = Used(installation) },
        };

    public JsonNode Bill(string month, string seller)
    {
        var lines = new JsonArray();
        var total = 0m;
        var groups = month == Day[..7] ? Of($"{seller}/erp").GroupBy(call => call) : [];
        foreach (var group in groups)
        {
            var calls = group.Count() + (faults.OverchargesACall && group.Key.Operation == "orders.get" ? 1 : 0);
            total += calls * group.Key.Price;
            lines.Add(
                new JsonObject
                {
                    ["plugin"] = "erp",
                    ["day"] = Day,
                    ["tier"] = group.Key.Tier,
                    ["api"] = group.Key.Operation,
                    ["calls"] = calls,
                    ["unit_price"] = group.Key.Price,
                    ["amount"] = calls * group.Key.Price,
                }
            );
        }

        return new JsonObject
        {
            ["seller"] = seller,
            ["month"] = month,
            ["total"] = total,
            ["lines"] = lines,
        };
    }

    private List<(string Operation, string Tier, decimal Price)> Of(string installation) =>
        _calls.TryGetValue(installation, out var calls) ? calls : _calls[installation] = [];
}
