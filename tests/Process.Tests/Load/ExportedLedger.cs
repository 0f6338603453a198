using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.TestKit.Client;
using Xunit;

namespace Marketplace.Process.Tests.Load;

/// <summary>A call as the ledger's export shows it.</summary>
/// <param name="Installation">Whose call.</param>
/// <param name="Day">Its quota day.</param>
/// <param name="Number">Its number in the day.</param>
/// <param name="Call">The call id.</param>
/// <param name="Key">The first half of the idempotency key's SHA-256 in hexadecimal, or null.</param>
/// <param name="RowHash">Chain hash of its row, hexadecimal.</param>
internal sealed record LedgerCall(string Installation, DateOnly Day, long Number, string Call, string? Key, string RowHash);

/// <summary>The whole ledger as operators export it, and what must be true of it.</summary>
internal sealed class ExportedLedger
{
    private readonly List<LedgerCall> _calls = [];

    private ExportedLedger() { }

    /// <summary>Reads all rows, checking that each follows the one before it in its day without a gap.</summary>
    public static async Task<ExportedLedger> Read(MarketplaceClient client)
    {
        var ledger = new ExportedLedger();
        JsonElement? last = null;
        await foreach (var row in client.Export("ledger"))
        {
            AssertFollows(last, row);
            ledger.Add(row);
            last = row;
        }

        return ledger;
    }

    /// <summary>Every acknowledged call is there exactly once, as its receipt says; and not more calls than were tried.</summary>
    public void AssertHolds(CallHistory book)
    {
        var byCall = _calls.ToLookup(call => call.Call);
        Assert.All(byCall, call => Assert.Single(call));
        foreach (var (id, (installation, receipt, key)) in book.Acknowledged)
        {
            Assert.True(byCall.Contains(id), $"The acknowledged call {id} of {installation} is not in the ledger: {receipt}");
            var call = byCall[id].Single();
            var expected = new LedgerCall(
                installation,
                receipt.Day,
                receipt.Seq,
                id,
                key is null ? null : HashOf(key),
                Convert.ToHexStringLower(Convert.FromBase64String(receipt.Hash))
            );
            Assert.Equal(expected, call);
            Assert.Equal((Tariff.PriceOf(receipt.Seq), Tariff.TotalOf(receipt.Seq)), (receipt.Price, receipt.Total));
        }

        foreach (var calls in _calls.GroupBy(call => call.Installation))
        {
            var tried = book.Attempts.GetValueOrDefault(calls.Key);
            Assert.True(calls.Count() <= tried, $"{calls.Key}: {calls.Count()} calls in the ledger, {tried} tried.");
        }
    }

    /// <summary>After all writes were answered: one call per key ever used, and none besides.</summary>
    public void AssertOneCallPerKey(CallHistory book)
    {
        var keys = _calls.Where(call => call.Key is not null).Select(call => call.Key!).Order(StringComparer.Ordinal);
        Assert.Equal(book.Writes.Keys.Select(HashOf).Order(StringComparer.Ordinal), keys);
    }

    /// <summary>Every installation's bills are what a recount of the ledger gives.</summary>
    public async Task AssertBilled(MarketplaceClient client)
    {
        foreach (var month in _calls.GroupBy(call => (call.Installation, Month: new DateOnly(call.Day.Year, call.Day.Month, 1))))
        {
            var recount = month.GroupBy(call => call.Day).Sum(day => Tariff.TotalOf(day.Count()));
            var bill = (await client.Bill(Shop.SellerOf(month.Key.Installation), month.Key.Month)).Json;
            Assert.Equal(recount, bill.GetProperty("total").GetDecimal());
            Assert.Equal(month.Count(), bill.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("calls").GetInt64()));
        }
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));

    private static void AssertFollows(JsonElement? last, JsonElement row)
    {
        var follows =
            last is { } before && Text(before, "installation") == Text(row, "installation") && Text(before, "day") == Text(row, "day");
        Assert.Equal(follows ? Number(last!.Value, "seq") + 1 : 1, Number(row, "seq"));
        Assert.Equal(follows ? Number(last!.Value, "cumulative") + 1 : 1, Number(row, "first"));
        if (follows)
        {
            Assert.Equal(Text(last!.Value, "hash"), Text(row, "previous"));
        }
    }

    private void Add(JsonElement row)
    {
        var number = Number(row, "first");
        var day = DateOnly.ParseExact(Text(row, "day"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var entry in row.GetProperty("entries").EnumerateArray())
        {
            Assert.Equal(number++, Number(entry, "n"));
            var key = entry.TryGetProperty("key", out var hash) ? hash.GetString() : null;
            _calls.Add(new LedgerCall(Text(row, "installation"), day, Number(entry, "n"), Text(entry, "call"), key, Text(row, "hash")));
        }

        Assert.Equal(Number(row, "cumulative"), number - 1);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
