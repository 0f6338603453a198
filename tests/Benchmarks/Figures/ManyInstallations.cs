using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Figures;

/// <summary>Whether the cost of a call depends on how many installations there are, and what memory an active one takes.</summary>
internal sealed class ManyInstallations(BenchmarkOptions options, IAnsiConsole console, RunHistory book, Workspace workspace)
{
    private const int Few = 1_000;

    public async Task Run(CancellationToken cancellationToken)
    {
        await using var many = Server("many", options.Registered);
        console.MarkupLineInterpolated($"[grey]registering {options.Registered} installations[/]");
        await many.Start(cancellationToken);
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Registering: {many.RegistrationRate:N0} installations a second (demo way, {options.Registered / 2:N0} after as many "
                    + $"to warm up, 16 requests at once, on PostgreSQL); goal 1,000, acceptable 400."
            )
        );
        if (options.Runs("memory"))
        {
            await book.Attempt("memory", () => Memory(many, cancellationToken));
        }

        if (options.Runs("registered"))
        {
            await book.Attempt("registered", () => Rates(many, cancellationToken));
        }
    }

    private MarketplaceTarget Server(string key, int registered) =>
        new(
            key,
            $"ours on PostgreSQL with {registered} installations",
            StoreKind.PostgreSql,
            registered,
            options.Touched,
            workspace,
            options
        );

    private async Task Memory(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        console.MarkupLine("[grey]memory per active installation[/]");
        var warm = target.Calls.Take(options.Installations).ToArray();
        var cold = target.Calls.Skip(options.Installations).ToArray();
        await target.Restart(cancellationToken);
        var file = target.OtherCalls("warm", warm);
        await Wrk.Run(target.Address, file, options.Connections, options.WarmUpSeconds, cancellationToken);
        var before = await ServerMemory.ResidentBytes(target.ProcessId, cancellationToken);
        await target.Client.CallOnce(cold, cancellationToken);
        await Wrk.Run(target.Address, file, options.Connections, options.WarmUpSeconds, cancellationToken);
        var after = await ServerMemory.ResidentBytes(target.ProcessId, cancellationToken);
        book.Figures.Add(
            Figure.Cost("memory per active installation, everything included", (double)(after - before) / cold.Length / 1024, " kB", 6, 12)
        );
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Memory: resident set after forced full collections, {before / 1048576.0:N0} MB with {warm.Length} active "
                    + $"installations and {after / 1048576.0:N0} MB with {warm.Length + cold.Length}."
            )
        );
    }

    private async Task Rates(MarketplaceTarget many, CancellationToken cancellationToken)
    {
        await using var few = Server("few", Few);
        await few.Start(cancellationToken);
        await WarmUp(few, cancellationToken);
        await WarmUp(many, cancellationToken);
        var ratios = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var small = await Meter.Wrk(few, null, options.Connections, options.Seconds, cancellationToken);
            var large = await Meter.Wrk(many, null, options.Connections, options.Seconds, cancellationToken);
            ratios.Add(large.Load.Rate / small.Load.Rate);
        }

        book.Figures.Add(
            Figure.Ratio(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{options.Registered:N0} registered installations / {Few:N0}, random access to {many.Calls.Count:N0}"
                ),
                Spread.Of(ratios).Median,
                0.9,
                0.7
            )
        );
    }

    private async Task WarmUp(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        await target.Client.CallOnce(target.Calls, cancellationToken);
        await Wrk.Run(target.Address, target.CallsFile, options.Connections, options.WarmUpSeconds, cancellationToken);
        await target.Settle(cancellationToken);
    }
}
