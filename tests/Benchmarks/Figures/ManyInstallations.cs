using System.Globalization;
using Marketplace.Benchmarks.Copies;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Marketplace.Installations;
using Spectre.Console;

namespace Marketplace.Benchmarks.Figures;

/// <summary>Whether the cost of a call depends on how many installations there are, and what memory an active one takes.</summary>
internal sealed class ManyInstallations(BenchmarkOptions options, IAnsiConsole console, RunHistory book, Workspace workspace)
{
    private const int Few = 1_000;

    public async Task Run(StoreKind kind, CancellationToken cancellationToken)
    {
        await using var many = Server("many", kind, options.Registered);
        console.MarkupLineInterpolated($"[grey]{kind}: registering {options.Registered} installations[/]");
        await many.Start(cancellationToken);
        NoteRegistration(many);
        if (options.Runs("memory"))
        {
            await book.Attempt($"memory, {kind}", () => Memory(many, cancellationToken));
        }

        if (options.Runs("registered"))
        {
            await book.Attempt($"registered, {kind}", () => Rates(many, cancellationToken));
            await book.Attempt($"start with all registered, {kind}", () => Start(many, cancellationToken));
        }
    }

    private void NoteRegistration(MarketplaceTarget many)
    {
        var overHttp = Math.Min(options.Registered, options.OverHttp);
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Registering, {many.Kind}: {many.RegistrationRate:N0} installations a second (demo way, {overHttp / 2:N0} after as many "
                    + $"to warm up, 16 requests at once); goal 1,000, acceptable 400. {options.Registered - overHttp:N0} more are copies "
                    + $"of rows."
            )
        );
    }

    private MarketplaceTarget Server(string key, StoreKind kind, int registered) =>
        new($"{key}-{kind}", $"ours on {kind} with {registered} installations", kind, registered, options.Touched, workspace, options);

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
            Figure.Cost(
                $"memory per active installation, everything included, {target.Kind}",
                (double)(after - before) / cold.Length / 1024,
                " kB",
                6,
                12
            )
        );
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Memory, {target.Kind}: resident set after forced full collections, {before / 1048576.0:N0} MB with {warm.Length} active "
                    + $"installations and {after / 1048576.0:N0} MB with {warm.Length + cold.Length}."
            )
        );
    }

    private async Task Rates(MarketplaceTarget many, CancellationToken cancellationToken)
    {
        await using var few = Server("few", many.Kind, Few);
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
                    $"{options.Registered:N0} registered installations / {Few:N0}, random access to {many.Calls.Count:N0}, {many.Kind}"
                ),
                Spread.Of(ratios).Median,
                0.9,
                0.7
            )
        );
    }

    private async Task Start(MarketplaceTarget many, CancellationToken cancellationToken)
    {
        await many.Stop();
        var before = await many.SizeOnDisk(cancellationToken);
        var rows = await AddYear(many, cancellationToken);
        var after = await many.SizeOnDisk(cancellationToken);
        var starts = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            starts.Add((await many.StartUntilAnswer(many.Calls[0], cancellationToken)).TotalSeconds);
            await many.Stop();
        }

        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Start to the first answered call, {many.Kind}, {options.Registered:N0} registered, a year of {rows:N0} ledger rows: "
                    + $"{Spread.Of(starts).Median:0.00} s; on disk {before / 1e9:0.00} GB without it, {after / 1e9:0.00} GB with it."
            )
        );
    }

    // Of copies that were never called: their chains begin with the year.
    private async Task<int> AddYear(MarketplaceTarget many, CancellationToken cancellationToken)
    {
        var apart = options.Registered / many.Calls.Count;
        if (apart < 2)
        {
            return 0;
        }

        InstallationId Installation(int index) => InstallationId.Parse($"{MarketplaceClient.Seller(index)}/{options.Plugin}", null);
        var uncalled = Enumerable.Range(0, Math.Min(Few, many.Calls.Count)).Select(called => Installation((called * apart) + 1)).ToArray();
        await using var store = await many.OpenRows(cancellationToken);
        return await new YearOfUsage(store).Add(Installation(0), uncalled, cancellationToken);
    }

    private async Task WarmUp(MarketplaceTarget target, CancellationToken cancellationToken)
    {
        await target.Client.CallOnce(target.Calls, cancellationToken);
        await Wrk.Run(target.Address, target.CallsFile, options.Connections, options.WarmUpSeconds, cancellationToken);
        await target.Settle(cancellationToken);
    }
}
