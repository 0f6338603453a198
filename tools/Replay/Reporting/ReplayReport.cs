using System.Text.Json;
using Marketplace.Replay.Http;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Reporting;

internal sealed record EventFigures(
    long Sent,
    long Accepted,
    long Duplicates,
    long Rejected,
    long Unaccounted,
    IReadOnlyDictionary<string, long> RejectedByCode,
    LatencyFigures LatencyMs
);

internal sealed record LatencyFigures(long Count, double P50, double P99);

internal sealed record CallFigures(string Operation, string Outcome, long Count);

/// <remarks><c>Skipped</c>: unchecked orders of the visited sellers, because the calls ran out or were refused.</remarks>
internal sealed record OrderFigures(int Expected, int Checked, int Skipped, int Missing, int Different, int Unknown, int Leaks);

internal sealed record BillFigures(
    int OwnCalls,
    decimal OwnAmountCny,
    int BilledCalls,
    decimal BilledAmountCny,
    int LostReplies,
    bool Equal
);

/// <summary>The summary of a run. Amounts in CNY, latencies in ms per attempt.</summary>
/// <remarks>
/// <c>Ok</c>: exit code 0: nothing rejected, missing, different, leaked or refused, and the bills equal the recount. <c>Problems</c>: the
/// first of each kind, as text.
/// </remarks>
internal sealed record ReplayReport(
    bool Ok,
    string Source,
    string Dataset,
    IReadOnlyDictionary<string, int> SkippedRows,
    string Plugin,
    int Sellers,
    double Seconds,
    EventFigures Events,
    IReadOnlyList<CallFigures> Calls,
    LatencyFigures CallLatencyMs,
    OrderFigures Orders,
    BillFigures Bill,
    int Failures,
    IReadOnlyList<string> Problems
)
{
    private const int ProblemsOfAKind = 5;
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Metered = ["orders.", "tracking.", "products."];

    public static ReplayReport From(RunFacts facts)
    {
        var (dataset, plugin, counts, stats, results, took) = facts;
        var orders = OrdersOf(results);
        var bill = BillOf(results);
        var failures = results.Sum(result => result.Failures.Count);
        var ok =
            counts is { Rejected: 0, Unaccounted: 0 } && orders is { Missing: 0, Different: 0, Leaks: 0 } && bill.Equal && failures == 0;
        return new ReplayReport(
            ok,
            dataset.Source,
            dataset.Description,
            dataset.Skipped,
            plugin,
            results.Count,
            Math.Round(took.TotalSeconds, 3),
            new EventFigures(
                counts.Sent,
                counts.Accepted,
                counts.Duplicates,
                counts.Rejected,
                counts.Unaccounted,
                counts.RejectedByCode,
                Figures(stats, "events")
            ),
            [.. stats.Outcomes().Select(row => new CallFigures(row.Operation, row.Outcome, row.Count))],
            Figures(stats, Metered),
            orders,
            bill,
            failures,
            [.. ProblemsOf(results)]
        );
    }

    public void Save(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));

    private static OrderFigures OrdersOf(IReadOnlyList<SellerResult> results)
    {
        var expected = results.Sum(result => result.Expected);
        var seen = results.Sum(result => result.Checked.Count);
        return new OrderFigures(
            expected,
            seen,
            expected - seen,
            results.Sum(result => result.Missing.Count),
            results.Sum(result => result.Different.Keys.Except(result.Missing.Keys).Count()),
            results.Sum(result => result.Unknown),
            results.Sum(result => result.Leaks.Count)
        );
    }

    private static BillFigures BillOf(IReadOnlyList<SellerResult> results)
    {
        var verdicts = results.Select(result => result.Bill).OfType<Billing.BillVerdict>().ToList();
        return new BillFigures(
            verdicts.Sum(verdict => verdict.OwnCalls),
            verdicts.Sum(verdict => verdict.OwnAmount),
            verdicts.Sum(verdict => verdict.BilledCalls),
            verdicts.Sum(verdict => verdict.BilledAmount),
            results.Sum(result => result.LostReplies),
            verdicts.Count == results.Count && verdicts.TrueForAll(verdict => verdict.Problems.Count == 0)
        );
    }

    private static IEnumerable<string> ProblemsOf(IReadOnlyList<SellerResult> results) =>
        Some(results.SelectMany(r => r.Failures).DistinctBy(failure => failure[(failure.IndexOf(':', StringComparison.Ordinal) + 1)..]))
            .Concat(Some(results.SelectMany(r => r.Missing.Keys.Select(id => $"{r.Seller}/{id} is missing"))))
            .Concat(Some(results.SelectMany(r => r.Different.Select(d => $"{r.Seller}/{d.Key} differs in {d.Value}"))))
            .Concat(Some(results.SelectMany(r => r.Leaks.Select(leak => $"private data in {leak}"))))
            .Concat(Some(results.SelectMany(r => (r.Bill?.Problems ?? []).Select(problem => $"bill of {r.Seller}: {problem}"))));

    private static IEnumerable<string> Some(IEnumerable<string> problems) => problems.Order(StringComparer.Ordinal).Take(ProblemsOfAKind);

    private static LatencyFigures Figures(CallStats stats, params string[] prefixes)
    {
        var latencies = stats.Of(operation => prefixes.Any(prefix => operation.StartsWith(prefix, StringComparison.Ordinal)));
        return new LatencyFigures(latencies.Count, latencies.Percentile(50), latencies.Percentile(99));
    }
}
