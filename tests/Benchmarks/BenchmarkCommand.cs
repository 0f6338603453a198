using System.Runtime.InteropServices;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Machine;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks;

/// <summary>The benchmark from options to report. Whatever ends it, its processes end and its folder goes.</summary>
internal static class BenchmarkCommand
{
    private const int Incomplete = 1;
    private const int Usage = 2;
    private const int Interrupted = 130;
    private const int LeastWidth = 160;

    /// <param name="args">Options.</param>
    /// <param name="measure">The benchmark; answers whether all of it was measured.</param>
    public static async Task<int> Run(string[] args, Func<BenchmarkOptions, IAnsiConsole, CancellationToken, Task<bool>> measure)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        try
        {
            return await measure(BenchmarkOptions.Parse(args), Wide(AnsiConsole.Console), stop.Token) ? 0 : Incomplete;
        }
        catch (ArgumentException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return Usage;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    // Output that goes to a file has no width of its own; tables folded at 80 columns are hard to read.
    private static IAnsiConsole Wide(IAnsiConsole console)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        return console;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    /// <summary>The benchmark of the call path.</summary>
    public static async Task<bool> Measure(BenchmarkOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace();
        var book = new RunHistory();
        book.Facts.AddRange(await MachineFacts.Read(workspace.Folder("probe"), cancellationToken));
        var setUps = SetUps(options, workspace).Where(target => options.Runs(target.Key)).ToArray();
        try
        {
            foreach (var target in setUps)
            {
                console.MarkupLineInterpolated($"[grey]starting {target.Name}[/]");
                if (await book.Attempt(target.Name, () => target.Start(cancellationToken)))
                {
                    book.Targets.Add(target);
                }
                else
                {
                    await target.DisposeAsync();
                }
            }

            await new MainRounds(options, console, book).Run(cancellationToken);
            await new Details(options, console, book).Run(cancellationToken);
        }
        finally
        {
            await End(setUps);
        }

        if (options.Runs("registered") || options.Runs("memory"))
        {
            var many = new ManyInstallations(options, console, book, workspace);
            foreach (var kind in (StoreKind[])[StoreKind.PostgreSql, StoreKind.Sqlite])
            {
                await book.Attempt($"many installations, {kind}", () => many.Run(kind, cancellationToken));
            }
        }

        if (options.Runs("control"))
        {
            await new ControlPlane(options, console, book, workspace).Run(cancellationToken);
        }

        if (options.Guard)
        {
            book.Notes.AddRange(new RegressionGuard(Path.Combine("docs", "benchmarks")).Compare(book.Figures));
        }

        await Publish(options, console, new Report(options, book), cancellationToken);
        return !book.Failed;
    }

    private static async Task End(IEnumerable<Target> targets)
    {
        foreach (var target in targets)
        {
            await target.DisposeAsync();
        }
    }

    private static async Task Publish(BenchmarkOptions options, IAnsiConsole console, Report report, CancellationToken cancellationToken)
    {
        report.Print(console);
        if (options.Out is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            await File.WriteAllTextAsync(file, report.Markdown(today), cancellationToken);
        }
    }

    private static IEnumerable<Target> SetUps(BenchmarkOptions options, Workspace workspace) =>
        [
            new DotNetPeer("a", "bare Kestrel hello", "–", "hello", database: false, workspace, options),
            new GatewayPeer("b", "nginx + Lua + Redis everysec, itemised", "yes / no", "everysec", workspace, options),
            new GatewayPeer("c", "nginx + Lua + Redis always, itemised", "yes / yes", "always", workspace, options),
            new DotNetPeer("d", "Kestrel + PostgreSQL per call, itemised", "yes / yes", "postgres", database: true, workspace, options),
            new DotNetPeer("e", "Orleans + AdoNet write per call", "yes / yes", Peers.OrleansPeer.Name, database: true, workspace, options),
            new MarketplaceTarget(
                "f",
                "ours on SQLite",
                StoreKind.Sqlite,
                options.Installations,
                options.Installations,
                workspace,
                options
            ),
            new MarketplaceTarget(
                "g",
                "ours on PostgreSQL",
                StoreKind.PostgreSql,
                options.Installations,
                options.Installations,
                workspace,
                options
            ),
        ];
}
