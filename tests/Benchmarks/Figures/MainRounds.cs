using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Figures;

/// <summary>All set-ups in turn, round after round, with the same load.</summary>
internal sealed class MainRounds(BenchmarkOptions options, IAnsiConsole console, RunHistory book)
{
    private readonly Dictionary<string, ServerMeasurement> _watches = [];

    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var target in book.Targets)
        {
            console.MarkupLineInterpolated($"[grey]warming up {target.Name}[/]");
            await Wrk.Run(target.Address, target.CallsFile, options.Connections, options.WarmUpSeconds, cancellationToken);
            await target.Settle(cancellationToken);
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var target in book.Targets)
            {
                var measured = await Measure(target, cancellationToken);
                book.Add(target.Key, measured);
                var (load, foreign) = (measured.Load, measured.ForeignCores);
                console.MarkupLineInterpolated(
                    $"round {round} {target.Key} {target.Name}: {load.Rate:N0}/s, p99 {load.P99Ms:0.0} ms, foreign {foreign:0.00} cores"
                );
            }
        }

        AddRatios();
        AddServerFigures();
    }

    private Task<Measurement> Measure(Target target, CancellationToken cancellationToken)
    {
        if (target is not MarketplaceTarget ours)
        {
            return Meter.Wrk(target, null, options.Connections, options.Seconds, cancellationToken);
        }

        if (!_watches.TryGetValue(target.Key, out var watch))
        {
            _watches[target.Key] = watch = new ServerMeasurement();
        }

        return watch.Around(
            ours,
            () => Wrk.Run(ours.Address, ours.CallsFile, options.Connections, options.Seconds, cancellationToken),
            cancellationToken
        );
    }

    private void AddRatios()
    {
        var better = book.Rate("f") > book.Rate("g") || book.Rounds("g").Count == 0 ? "f" : "g";
        book.Figures.Add(Figure.Ratio("ours on PostgreSQL / nginx + Lua + Redis always, itemised", book.Ratio("g", "c"), 1.1, 0.85));
        book.Figures.Add(
            Figure.Ratio("ours, the better of the two stores / nginx + Lua + Redis everysec", book.Ratio(better, "b"), 1.0, 0.7)
        );
        book.Figures.Add(Figure.Ratio("ours on PostgreSQL / Kestrel + PostgreSQL per call, itemised", book.Ratio("g", "d"), 5, 3));
        book.Figures.Add(Figure.Ratio("ours on PostgreSQL / bare Kestrel hello", book.Ratio("g", "a"), 0.5, 0.35));
        book.Figures.Add(Figure.Ratio("ours on SQLite / ours on PostgreSQL", book.Ratio("f", "g"), 1.0, 0.7));
        book.Figures.Add(Figure.Ratio("ours on PostgreSQL / Orleans + AdoNet write per call", book.Ratio("g", "e"), 10, 8));
    }

    private void AddServerFigures()
    {
        foreach (var target in book.Targets.OfType<MarketplaceTarget>())
        {
            var watch = _watches[target.Key];
            book.Figures.Add(Figure.Cost($"allocation per call on the server, {target.Kind}", watch.AllocatedPerCall / 1024, " kB", 4, 8));
            book.Figures.Add(Figure.Cost($"ledger bytes per call at full load, {target.Kind}", watch.LedgerBytesPerCall, " B", 60, 120));
            book.Notes.AddRange(watch.CommitLines().Select(line => $"{target.Kind}, last round: {line}"));
        }
    }
}
