using System.Globalization;

namespace Marketplace.Replay.Billing;

/// <summary>The expected cost of the run for one seller, compared with the bill.</summary>
/// <remarks><c>Problems</c>: empty if and only if both agree.</remarks>
internal sealed record BillVerdict(int OwnCalls, decimal OwnAmount, int BilledCalls, decimal BilledAmount, IReadOnlyList<string> Problems);

/// <summary>
/// Recounts an installation's bill from the plugin's receipts, and compares it with the difference between the bills before and after the
/// run. Nothing else may use the installation meanwhile.
/// </summary>
internal sealed class BillCheck(string plugin, IReadOnlyCollection<Receipt> receipts, IReadOnlyList<Bill> before, IReadOnlyList<Bill> after)
{
    private readonly List<string> _problems = [];

    /// <remarks><c>lostReplies</c>: reads without a reply, each of which may have been counted or not.</remarks>
    public BillVerdict Verdict(int lostReplies)
    {
        var already = CallsByDay(before);
        var own = receipts
            .DistinctBy(receipt => (receipt.Day, receipt.Seq))
            .Where(receipt => receipt.Seq > already.GetValueOrDefault(receipt.Day))
            .OrderBy(receipt => receipt.Day)
            .ThenBy(receipt => receipt.Seq)
            .ToList();
        CheckReceipts(own);
        CheckTotals();

        var billed = CallsByDay(after);
        foreach (var day in already)
        {
            billed[day.Key] = billed.GetValueOrDefault(day.Key) - day.Value;
        }

        var counted = own.GroupBy(receipt => receipt.Day).ToDictionary(group => group.Key, group => group.Count());
        var ownAmount = counted.Sum(day => Cost(already.GetValueOrDefault(day.Key), day.Value));
        var billedAmount = Sum(after) - Sum(before);
        CheckDays(counted, billed, lostReplies);
        if (lostReplies == 0)
        {
            CheckLines(own);
        }

        var asBilled = billed.Sum(day => Cost(already.GetValueOrDefault(day.Key), day.Value));
        if (billedAmount != (lostReplies == 0 ? ownAmount : asBilled))
        {
            Problem($"the bill grew by {billedAmount}, the calls cost {(lostReplies == 0 ? ownAmount : asBilled)}");
        }

        return new BillVerdict(own.Count, ownAmount, billed.Values.Sum(), billedAmount, _problems);
    }

    private static decimal Cost(int already, int calls) => PriceList.Rate(already + calls) - PriceList.Rate(already);

    private void CheckReceipts(List<Receipt> own)
    {
        var last = default(Receipt);
        foreach (var receipt in own)
        {
            if (PriceList.TierOf(receipt.Seq)?.Price != receipt.Price || PriceList.Rate(receipt.Seq) != receipt.Total)
            {
                Problem($"the receipt of call {receipt.Seq} of {receipt.Day:yyyy-MM-dd} says {receipt.Price}, in all {receipt.Total}");
            }

            if (receipt.Day == last.Day && receipt.Total < last.Total)
            {
                Problem($"the receipts' total falls at call {receipt.Seq} of {receipt.Day:yyyy-MM-dd}");
            }

            last = receipt;
        }
    }

    private void CheckTotals()
    {
        foreach (var bill in after.Where(bill => bill.Total != bill.Lines.Sum(line => line.Amount)))
        {
            Problem($"the bill of {bill.Month} totals {bill.Total}, its lines {bill.Lines.Sum(line => line.Amount)}");
        }
    }

    private void CheckDays(Dictionary<DateOnly, int> counted, Dictionary<DateOnly, int> billed, int lostReplies)
    {
        foreach (var day in counted.Keys.Union(billed.Keys))
        {
            var (own, bill) = (counted.GetValueOrDefault(day), billed.GetValueOrDefault(day));
            if (bill < own || bill > own + lostReplies)
            {
                Problem($"{day:yyyy-MM-dd}: {own} receipts, {bill} calls billed");
            }
        }
    }

    private void CheckLines(List<Receipt> own)
    {
        var expected = own.GroupBy(receipt => (receipt.Day, Tier: PriceList.TierOf(receipt.Seq)?.Name ?? "none", Api: receipt.Operation))
            .ToDictionary(group => group.Key, group => (Calls: group.Count(), Amount: group.Sum(r => PriceList.TierOf(r.Seq)?.Price ?? 0)));
        var grown = ByLine(after);
        foreach (var (key, line) in ByLine(before))
        {
            var now = grown.GetValueOrDefault(key);
            grown[key] = (now.Calls - line.Calls, now.Amount - line.Amount);
        }

        foreach (var key in expected.Keys.Union(grown.Keys).Where(key => expected.GetValueOrDefault(key) != grown.GetValueOrDefault(key)))
        {
            var (own1, bill) = (expected.GetValueOrDefault(key), grown.GetValueOrDefault(key));
            Problem($"{key.Day:yyyy-MM-dd} {key.Tier} {key.Api}: own {own1.Calls} = {own1.Amount}, bill {bill.Calls} = {bill.Amount}");
        }
    }

    private Dictionary<(DateOnly Day, string Tier, string Api), (int Calls, decimal Amount)> ByLine(IEnumerable<Bill> bills) =>
        Lines(bills)
            .GroupBy(line => (line.Day, line.Tier, line.Api))
            .ToDictionary(group => group.Key, group => (group.Sum(line => line.Calls), group.Sum(line => line.Amount)));

    private Dictionary<DateOnly, int> CallsByDay(IEnumerable<Bill> bills) =>
        Lines(bills).GroupBy(line => line.Day).ToDictionary(group => group.Key, group => group.Sum(line => line.Calls));

    private decimal Sum(IEnumerable<Bill> bills) => Lines(bills).Sum(line => line.Amount);

    private IEnumerable<BillLine> Lines(IEnumerable<Bill> bills) =>
        bills.SelectMany(bill => bill.Lines).Where(line => line.Plugin == plugin);

    private void Problem(FormattableString text) => _problems.Add(text.ToString(CultureInfo.InvariantCulture));
}
