using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Figures;

/// <summary>What the server itself says about a measurement: allocations, ledger commits, and the ledger's size before and after.</summary>
internal sealed partial class ServerMeasurement
{
    private readonly List<(Metrics Before, Metrics After, long LedgerBytes, long Calls)> _rounds = [];

    /// <summary>Allocated bytes on the server per good answer, median of the rounds.</summary>
    public double AllocatedPerCall =>
        Spread.Of(_rounds.Select(round => (round.After.Sum(Allocated()) - round.Before.Sum(Allocated())) / round.Calls)).Median;

    /// <summary>
    /// Bytes of the usage ledger in its store per good answer, median of the rounds; NaN when no ledger was seen to grow.
    /// </summary>
    public double LedgerBytesPerCall =>
        Spread.Of(_rounds.Where(round => round.LedgerBytes > 0).Select(round => (double)round.LedgerBytes / round.Calls)).Median;

    /// <summary>Measures with readings before and after.</summary>
    public async Task<Measurement> Around(MarketplaceTarget target, Func<Task<LoadResult>> load, CancellationToken cancellationToken) =>
        await Meter.Measure(target, () => Read(target, load, cancellationToken), cancellationToken);

    /// <summary>Commit latency and batch size of the last round, one line for each histogram found.</summary>
    public IEnumerable<string> CommitLines()
    {
        if (_rounds.Count == 0)
        {
            yield break;
        }

        var (before, after, _, _) = _rounds[^1];
        foreach (var histogram in after.Histograms(Commit()))
        {
            foreach (var labels in after.LabelSets(histogram))
            {
                var gained = after.Gained(before, histogram, labels);
                if (gained.Count > 0)
                {
                    yield return string.Create(
                        CultureInfo.InvariantCulture,
                        $"`{histogram}` {LogName().Match(labels).Value}: {gained.Count:N0} observations, mean "
                            + $"{gained.Mean:0.#####}, p50 {gained.P50:0.#####}, p99 {gained.P99:0.#####}"
                    );
                }
            }
        }
    }

    private async Task<LoadResult> Read(MarketplaceTarget target, Func<Task<LoadResult>> load, CancellationToken cancellationToken)
    {
        var bytes = await target.Ledger.Read(cancellationToken);
        var before = await target.Client.ReadMetrics(cancellationToken);
        var result = await load();
        var after = await target.Client.ReadMetrics(cancellationToken);
        var grown = await target.Ledger.Read(cancellationToken) - bytes;
        _rounds.Add((before, after, grown, Math.Max(1, result.Answers - result.Refusals)));
        return result;
    }

    [GeneratedRegex("^(dotnet_gc_heap_total_allocated|process_runtime_dotnet_gc_allocations_size)")]
    private static partial Regex Allocated();

    [GeneratedRegex("commit")]
    private static partial Regex Commit();

    [GeneratedRegex("(log|ledger|store)=\"[^\"]*\"")]
    private static partial Regex LogName();
}
